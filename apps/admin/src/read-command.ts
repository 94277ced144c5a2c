import { parseArgs } from 'node:util';

/** The command cannot be carried out as it was given; the message says why and what to do. */
export class CommandProblem extends Error {
  override readonly name = 'CommandProblem';
}

export type Command =
  | { name: 'migrate'; databaseUrl: string }
  | {
      name: 'create-workspace';
      databaseUrl: string;
      workspaceName: string;
      email: string;
      fullName: string;
    };

const USAGE = `Usage: DATABASE_URL=postgres://user:password@host:port/database, and one of
  migrate
      brings the database to the schema of this release; safe to run twice and while services run
  create-workspace --name "My company" --email owner@example.com [--full-name "Ada Owner"]
      creates a workspace and its owner, and prints a password for signing in`;

/**
 * @param args the command line after the program
 * @throws CommandProblem that says what is missing
 */
export function readCommand(env: NodeJS.ProcessEnv, args: readonly string[]): Command {
  const { positionals, values } = parse(args);
  const databaseUrl = env['DATABASE_URL'] ?? '';
  const [name, ...rest] = positionals;
  if (rest.length > 0 || (name !== 'migrate' && name !== 'create-workspace')) throw new CommandProblem(USAGE);
  if (!/^postgres(ql)?:\/\/.+/.test(databaseUrl)) {
    throw new CommandProblem('DATABASE_URL must look like postgres://user:password@host:port/database');
  }
  if (name === 'migrate') return { name, databaseUrl };
  const workspaceName = values.name?.trim();
  const email = values.email?.trim();
  if (!workspaceName || !email || !/^[^@\s]+@[^@\s]+$/.test(email)) {
    throw new CommandProblem(`create-workspace needs --name and --email.\n${USAGE}`);
  }
  return { name, databaseUrl, workspaceName, email, fullName: values['full-name']?.trim() || email };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { name: { type: 'string' }, email: { type: 'string' }, 'full-name': { type: 'string' } },
    });
  } catch (error) {
    throw new CommandProblem(`${(error as Error).message}\n${USAGE}`);
  }
}
