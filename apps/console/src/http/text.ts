import { applyDecorators } from '@nestjs/common';
import { Length, ValidateBy, ValidateIf } from 'class-validator';

/** A string of `min` to `max` characters that Postgres can hold: well-formed Unicode without U+0000. */
export function Text(min: number, max: number): PropertyDecorator {
  return applyDecorators(
    Length(min, max, {
      message: `$property must be a text of ${min === 0 ? 'at most' : `${min} to`} ${max} characters`,
    }),
    ValidateBy({
      name: 'storable',
      validator: {
        validate: (value: unknown) =>
          typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0')),
        defaultMessage: () => '$property must not contain U+0000 or half a surrogate pair',
      },
    }),
  );
}

/** The field may be absent, but not null. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
