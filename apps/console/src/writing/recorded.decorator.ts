import 'reflect-metadata';

type Shown = (value: unknown) => unknown;

const FIELDS = Symbol('recorded fields');
const LONGEST = 200;

/**
 * Marks a field of a body that the audit log may tell. Fields without it are left out, so a secret is never in the log by mistake.
 * @param shown what of the value may be told; all of it by default
 */
export function Recorded(shown: Shown = (value) => value): PropertyDecorator {
  return (prototype, field) => {
    const before = (Reflect.getMetadata(FIELDS, prototype) ?? {}) as Record<string, Shown>;
    Reflect.defineMetadata(FIELDS, { ...before, [String(field)]: shown }, prototype);
  };
}

/** The fields that may be told of a raw body, which validation looks at before anything is written. */
export function recordedFields(types: unknown[], body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  const given = body as Record<string, unknown>;
  const told = types.flatMap((type) => {
    const fields: Record<string, Shown> =
      typeof type === 'function' ? (Reflect.getMetadata(FIELDS, type.prototype ?? {}) ?? {}) : {};
    return Object.entries(fields).flatMap(([name, shown]): [string, unknown][] => {
      const value = given[name];
      const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
      return isPlain ? [[name, cut(shown(value))]] : [];
    });
  });
  return Object.fromEntries(told);
}

function cut(value: unknown): unknown {
  return typeof value === 'string' && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
}
