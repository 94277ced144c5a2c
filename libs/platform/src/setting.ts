import { plainToInstance, Transform } from 'class-transformer';
import { validateSync } from 'class-validator';

export interface SettingOptions {
  /** The environment variable. */
  key: string;
  /** One sentence for `docs/configuration.md`: what it does, its unit, how to choose it. */
  describe: string;
  /** Never shown in documents, logs or errors. */
  secret?: boolean;
  /** The default in words, where it differs from machine to machine. */
  defaultInWords?: string;
}

interface Setting extends SettingOptions {
  property: string;
}

const settings = new Map<object, Setting[]>();

/** Declares a property of a configuration class as an environment variable. The property's initial value is its default. */
export function Setting(options: SettingOptions): PropertyDecorator {
  return (target, property) => {
    const own = settings.get(target) ?? [];
    own.push({ ...options, property: String(property) });
    settings.set(target, own);
    const type: unknown = Reflect.getMetadata('design:type', target, property);
    if (type === Number)
      Transform(({ value }) => (value === '' ? Number.NaN : Number(value)))(target, property);
    if (type === Boolean) {
      Transform(({ value }) =>
        value === 'true' || value === true ? true : value === 'false' || value === false ? false : value,
      )(target, property);
    }
    if (type === Array) {
      Transform(({ value }) =>
        Array.isArray(value)
          ? (value as unknown[])
          : String(value)
              .split(',')
              .map((part) => part.trim())
              .filter(Boolean),
      )(target, property);
    }
  };
}

/** All settings of a configuration class, those it inherits first. */
export function listSettings(config: new () => object): Setting[] {
  const chain: Setting[] = [];
  for (
    let proto: object | null = config.prototype as object;
    proto;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    chain.unshift(...(settings.get(proto) ?? []));
  }
  return chain;
}

/** The environment does not make a valid configuration. The message names every key that is wrong and says why. */
export class ConfigurationError extends Error {
  constructor(problems: string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Reads and validates a configuration class from the environment. Empty variables count as absent. @throws ConfigurationError */
export function loadConfig<T extends object>(config: new () => T, env: NodeJS.ProcessEnv): T {
  const known = listSettings(config);
  const given = Object.fromEntries(
    known
      .filter(({ key }) => env[key] !== undefined && env[key] !== '')
      .map(({ key, property }) => [property, env[key]]),
  );
  const value = plainToInstance(config, given, { exposeDefaultValues: true });
  const errors = validateSync(value, { stopAtFirstError: true });
  if (errors.length > 0) {
    throw new ConfigurationError(
      errors.map((error) => {
        const setting = known.find(({ property }) => property === error.property);
        const key = setting?.key ?? error.property;
        const why = Object.values(error.constraints ?? {})
          .join(', ')
          .replaceAll(error.property, key);
        const got =
          error.value === undefined
            ? 'it is not set'
            : setting?.secret
              ? 'the given value is not shown'
              : `got "${String(error.value)}"`;
        return `${key}: ${why} (${got}). ${setting?.describe ?? ''}`;
      }),
    );
  }
  return value;
}
