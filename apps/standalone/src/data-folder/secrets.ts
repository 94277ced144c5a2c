import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { newSecretToken } from '@waypost/kernel';
import { StandaloneProblem } from '../standalone-problem.js';
import { writeWhole } from './write-whole.js';

/** Made on the first start, and the only way into what the data folder holds. */
export interface Secrets {
  databasePassword: string;
  /** Value of ENCRYPTION_KEYS. */
  encryptionKeys: string;
  ownerPassword: string;
  /** Of the demo workspace; absent until that exists. */
  apiToken?: string;
}

/** @throws StandaloneProblem when the file is there but damaged */
export async function loadSecrets(path: string): Promise<Secrets> {
  const existing = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StandaloneProblem(`${path} cannot be read (${error.code}).`);
  });
  if (existing !== undefined) return parse(existing, path);
  const secrets: Secrets = {
    databasePassword: newSecretToken(),
    encryptionKeys: `1:${randomBytes(32).toString('base64')}`,
    ownerPassword: randomBytes(12).toString('base64url'),
  };
  await saveSecrets(path, secrets);
  return secrets;
}

export async function saveSecrets(path: string, secrets: Secrets): Promise<void> {
  await writeWhole(path, secrets, 0o600);
}

function parse(text: string, path: string): Secrets {
  try {
    const secrets = JSON.parse(text) as Secrets;
    if (secrets.databasePassword && secrets.encryptionKeys && secrets.ownerPassword) return secrets;
  } catch {
    // Damaged, as below.
  }
  throw new StandaloneProblem(
    `${path} is damaged: restore it, or begin anew with "npm start -- --fresh" (everything in the folder is lost then).`,
  );
}
