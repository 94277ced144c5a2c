import { ConnectFailure } from './connect-failure.js';

/** `redirects`, `too_large` and `encoding` are of `get` only. */
export type HttpErrorClass =
  | 'invalid_url'
  | 'address_refused'
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'protocol'
  | 'redirects'
  | 'too_large'
  | 'encoding';

/** No complete answer came. `detail` is a sentence for a person. */
export interface HttpError {
  kind: 'error';
  errorClass: HttpErrorClass;
  detail: string;
  durationMs: number;
}

/** Ends a request with an error of its class. */
export class RequestFailure extends Error {
  constructor(
    readonly errorClass: HttpErrorClass,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RequestFailure';
  }
}

const BROKEN = ['UND_ERR_SOCKET', 'UND_ERR_DESTROYED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/** @throws what is no failure of URL, network or server but a bug */
export function classify(error: unknown): { errorClass: HttpErrorClass; detail: string } {
  if (error instanceof ConnectFailure || error instanceof RequestFailure) {
    return { errorClass: error.errorClass, detail: error.message };
  }
  const { code = '', message } = error as Error & { code?: string };
  if (BROKEN.includes(code)) {
    return { errorClass: 'reset', detail: 'the connection broke before the answer was complete' };
  }
  if (error instanceof TypeError || code === 'UND_ERR_INVALID_ARG') throw error;
  return { errorClass: 'protocol', detail: `the answer is not valid HTTP: ${message}` };
}
