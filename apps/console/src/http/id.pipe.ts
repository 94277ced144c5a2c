import { Injectable, type PipeTransform } from '@nestjs/common';
import { ProblemError } from './problem.js';

/** An id in a path. What cannot be an id names nothing, so it is not found rather than invalid. */
@Injectable()
export class UuidId implements PipeTransform<string, string> {
  transform(value: string): string {
    const id = value.toLowerCase();
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw noSuch('id');
    return id;
  }
}

@Injectable()
export class ChatId implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!/^\d{1,18}$/.test(value)) throw noSuch('chat');
    return value;
  }
}

/** The same answer for what does not exist and for what belongs to another workspace. */
export function noSuch(what: string): ProblemError {
  return new ProblemError('not-found', `There is no such ${what} in this workspace.`);
}
