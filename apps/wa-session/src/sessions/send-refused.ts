/** A message will never be sent: a code for programs, a sentence for people. */
export class SendRefused extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
  ) {
    super(reason);
    this.name = 'SendRefused';
  }
}
