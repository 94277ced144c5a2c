import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { ProblemError, type FieldError } from './problem.js';

/** Turns bodies and queries into instances of their classes, and names every field that does not fit. */
@Injectable()
export class RequestValidation implements PipeTransform {
  private readonly pipe = new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: true,
    exceptionFactory: (errors) => refusal(errors.flatMap((error) => fieldErrors(error))),
  });

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (metadata.type === 'body' && value !== undefined && !isObject) {
      throw new ProblemError('invalid-request', 'The body must be a JSON object.');
    }
    return this.pipe.transform(value, metadata);
  }
}

function fieldErrors(error: ValidationError, path = ''): FieldError[] {
  const field = `${path}${error.property}`;
  const nested = (error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`));
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    field,
    message: rule === 'whitelistValidation' ? `${field} is not known here; leave it out` : message,
  }));
  return [...own, ...nested];
}

function refusal(errors: FieldError[]): ProblemError {
  return new ProblemError('invalid-request', `${errors.map(({ message }) => message).join('; ')}.`, {
    errors,
  });
}
