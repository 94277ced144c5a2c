import { createFirstWorkspace } from './create-first-workspace.js';
import { CommandProblem, readCommand } from './read-command.js';
import { migrate } from '@waypost/persistence';

const say = (text: string) => void process.stdout.write(`${text}\n`);

try {
  const command = readCommand(process.env, process.argv.slice(2));
  if (command.name === 'migrate') {
    await migrate(command.databaseUrl);
    say('The database has the schema of this release.');
  } else {
    const created = await createFirstWorkspace(command);
    say(`Workspace ${created.workspaceId}\nOwner ${command.email}\nPassword ${created.password}`);
  }
} catch (error) {
  process.stderr.write(`${wordsFor(error)}\n`);
  process.exitCode = error instanceof CommandProblem ? 78 : 1;
}

/** Without the statement or its values, which the database's errors carry. */
function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
