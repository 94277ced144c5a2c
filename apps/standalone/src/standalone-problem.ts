import { LocalServerError } from '@waypost/local-servers';

/** Something that a person can mend; the message says in a sentence what is wrong and what to do. */
export class StandaloneProblem extends Error {
  override readonly name = 'StandaloneProblem';
}

/** What to show for an error that ends the launcher: its sentence, or for one that nobody expected all there is. */
export function wordsFor(error: unknown): string {
  if (error instanceof StandaloneProblem || error instanceof LocalServerError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
