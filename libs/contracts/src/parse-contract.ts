import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

/** The data does not have the shape that its class declares. The message names the fields, never their values. */
export class ContractError extends Error {
  constructor(contract: string, fields: string[]) {
    super(`not a valid ${contract}: ${fields.join('; ')}`);
    this.name = 'ContractError';
  }
}

/** Turns data from outside into an instance of its contract class. @throws ContractError */
export function parseContract<T extends object>(contract: new () => T, data: unknown): T {
  const value = plainToInstance(contract, data ?? {});
  const errors = validateSync(value, { whitelist: true, forbidUnknownValues: true, stopAtFirstError: true });
  if (errors.length > 0) {
    throw new ContractError(
      contract.name,
      errors.map((error) =>
        Object.values(error.constraints ?? { [error.property]: error.property }).join(', '),
      ),
    );
  }
  return value;
}
