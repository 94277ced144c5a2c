import { ValidateBy } from 'class-validator';

/**
 * Validates a setting that is a list of texts, part by part.
 *
 * @param what for the message: `$property must be ${what}, separated by commas`
 */
export function EachIs(what: string, valid: (part: string) => boolean): PropertyDecorator {
  return ValidateBy({
    name: 'eachIs',
    validator: {
      validate: (value) => Array.isArray(value) && value.every((part) => valid(String(part))),
      defaultMessage: () => `$property must be ${what}, separated by commas`,
    },
  });
}
