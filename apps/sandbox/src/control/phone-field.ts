import { parsePhone } from '@waypost/kernel';
import { Transform } from 'class-transformer';
import { IsArray, Matches } from 'class-validator';

/** A phone in a body: accepted with or without `+`, spaces and dashes; the class sees `+4915…`. */
export function IsPhone(): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }) => readPhone(value))(target, property);
    phonePattern(property, false)(target, property as string);
  };
}

/** As `IsPhone`, for an array of phones. */
export function IsPhoneList(): PropertyDecorator {
  return (target, property) => {
    Transform(({ value }) => (Array.isArray(value) ? value.map(readPhone) : value))(target, property);
    IsArray()(target, property as string);
    phonePattern(property, true)(target, property as string);
  };
}

function readPhone(value: unknown): unknown {
  return typeof value === 'string' ? (parsePhone(value) ?? value) : value;
}

function phonePattern(property: string | symbol, each: boolean): PropertyDecorator {
  const what = each ? `each of ${String(property)}` : String(property);
  const message = `${what} must be an international phone number, like "+4915112345678"`;
  return Matches(/^\+\d{1,20}$/, { each, message });
}
