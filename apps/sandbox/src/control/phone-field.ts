import { parsePhone } from '@waypost/kernel';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';

/** A phone in a body: accepted with or without `+`, spaces and dashes; the class sees `+4915…`. */
export function IsPhone(): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }) => (typeof value === 'string' ? (parsePhone(value) ?? value) : value))(
      target,
      property,
    );
    Matches(/^\+\d{1,20}$/, {
      message: `${String(property)} must be an international phone number, like "+4915112345678"`,
    })(target, property as string);
  };
}
