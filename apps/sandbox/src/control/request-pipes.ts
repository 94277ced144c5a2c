import { Injectable, ValidationPipe, type PipeTransform } from '@nestjs/common';
import { parsePhone } from '@waypost/kernel';
import type { ValidationError } from 'class-validator';
import { groupOf } from '../nodes/address.js';
import { BadRequest, type FieldError } from './problem.filter.js';

/** Reads a phone from a path, with or without its `+`. */
@Injectable()
export class PhonePipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const phone = parsePhone(value);
    if (!phone) {
      const message = `"${value}" is no phone number; write it internationally, like 4915112345678 or +4915112345678`;
      throw new BadRequest([{ field: 'phone', message }]);
    }
    return phone;
  }
}

/** Reads a group's JID from a path. */
@Injectable()
export class GroupPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    const group = groupOf(value);
    if (!group) {
      const message = `"${value}" is no group; write its JID as POST /groups gave it, like 120363000000000001@g.us`;
      throw new BadRequest([{ field: 'jid', message }]);
    }
    return group;
  }
}

/** Checks bodies and queries against their classes; unknown fields are errors. */
export const requestPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors) => new BadRequest(errors.flatMap(fieldErrors)),
});

function fieldErrors({ property, constraints = {} }: ValidationError): FieldError[] {
  return Object.values(constraints).map((message) => ({ field: property, message }));
}
