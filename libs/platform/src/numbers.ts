import { Transform } from 'class-transformer';

/** For a setting that is a list of numbers, whose parts come as text. */
export function Numbers(): PropertyDecorator {
  return Transform(({ value }) =>
    Array.isArray(value) ? value.map(Number) : String(value).split(',').map(Number),
  );
}
