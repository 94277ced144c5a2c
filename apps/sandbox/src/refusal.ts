/** Why the network does not do what the control API asked. */
export type RefusalKind = 'not_found' | 'conflict' | 'gone' | 'unprocessable' | 'timeout';

/** An answer to the caller, not a bug: its message says what is wrong and what to do. */
export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    message: string,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}
