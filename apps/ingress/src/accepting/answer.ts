import { publicMessageId } from '@waypost/kernel';
import type { Decision } from './accept-request.js';

/** What goes back over HTTP. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: { status: string | number; data: object; message?: string };
}

/** Seconds after which a request that met an outage may be sent again. */
const RETRY_AFTER_OUTAGE = 2;

/** With a body that was not read to its end, a connection cannot go on. */
const HEADERS: Record<number, Record<string, string>> = {
  413: { connection: 'close' },
  503: retryAfter(RETRY_AFTER_OUTAGE),
};

/** Sentences of refusals that the process decides by itself. All others are in the function `accept_messages`. */
export const sentences = {
  tooLarge: 'The body is larger than 512 KiB',
  notJson: 'The content type must be application/json',
  compressed: 'The body must not be compressed',
  tooManyUnknownTokens: 'Too many requests with unknown tokens; check the URL',
};

export function toAnswer({ status, message, keyId }: Decision): Answer {
  if (keyId !== undefined) {
    return { status, body: { status: 'success', data: { message_id: publicMessageId(keyId) } } };
  }
  return refusal(status, message ?? '', HEADERS[status]);
}

export function refusal(status: number, message: string, headers?: Record<string, string>): Answer {
  return { status, headers, body: { status, data: {}, message } };
}

/** @param seconds how long to wait before the next request */
export function retryAfter(seconds: number): Record<string, string> {
  return { 'retry-after': String(seconds) };
}

/** The answer where the HTTP server or the framework refuses before the handler. */
export function answerToFailure(status: number): Answer {
  switch (status) {
    case 404:
      return refusal(404, 'Webhook not found');
    case 408:
      return refusal(408, 'The request did not end in time');
    case 413:
      return refusal(413, sentences.tooLarge);
    case 415:
      return refusal(415, sentences.notJson);
    case 431:
      return refusal(431, 'The headers are too large');
    case 503:
      return toAnswer({
        status,
        message: 'The service is restarting; nothing was accepted, nothing was charged',
      });
    default:
      return status < 500
        ? refusal(status, 'The request could not be read')
        : refusal(
            500,
            'The request failed for an internal reason; nothing was accepted, nothing was charged',
          );
  }
}
