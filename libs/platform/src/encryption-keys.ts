import { SecretBox } from '@waypost/persistence';
import { ValidateBy } from 'class-validator';
import { Setting } from './setting.js';

/** Declares the keys for secrets at rest. Every service that seals or opens secrets has it, and all must agree on it. */
export function EncryptionKeys(): PropertyDecorator {
  return (target, property) => {
    Setting({
      key: 'ENCRYPTION_KEYS',
      secret: true,
      describe:
        'Keys for secrets at rest as id:base64 pairs separated by commas (ids 0 to 255, 32 bytes each); the first one seals, all open.',
    })(target, property);
    ValidateBy({
      name: 'encryptionKeys',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && problemWith(value) === undefined,
        defaultMessage: (args) => problemWith(String(args?.value ?? '')) ?? '',
      },
    })(target, property);
  };
}

function problemWith(keys: string): string | undefined {
  try {
    new SecretBox(keys);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
