import { publicMessageId } from '@waypost/kernel';
import type { Verdict } from './verdict.js';

/** What goes back over HTTP. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: { status: string | number; data: object; message?: string };
}

/** Seconds after which a request that met an outage may be sent again. */
const RETRY_AFTER = '2';

/** Accepted: queued and charged, under the id that the message will carry at WhatsApp. */
function accepted(keyId: string): Answer {
  return { status: 200, body: { status: 'success', data: { message_id: publicMessageId(keyId) } } };
}

export function refusal(status: number, message: string, headers?: Record<string, string>): Answer {
  return { status, headers, body: { status, data: {}, message } };
}

/** The request itself is wrong. */
function invalid(problems: readonly string[]): Answer {
  return refusal(400, problems.join('; '));
}

function unavailable(message: string): Answer {
  return refusal(503, message, { 'retry-after': RETRY_AFTER });
}

/** The answer to a verdict. `problems` are those of the request itself, which come after those of its token. */
export function answerToVerdict(
  verdict: Verdict,
  request: { keyId: string; cost: number; problems: readonly string[] },
): Answer {
  switch (verdict.kind) {
    case 'accepted':
      return accepted(request.keyId);
    case 'token_valid':
      return invalid(request.problems);
    case 'webhook_not_found':
      return refusal(404, 'Webhook not found');
    case 'webhook_disabled':
      return refusal(403, 'Webhook is disabled');
    case 'chat_not_found':
      return refusal(404, 'Chat not found');
    case 'group_chat':
      return refusal(400, 'chat_id is the chat of a group; groups are not available in this version');
    case 'account_not_found':
      return refusal(404, 'WhatsApp account not found');
    case 'no_account_connected':
      return refusal(409, 'No WhatsApp account is connected; link one first');
    case 'account_not_connected':
      return refusal(409, NOT_CONNECTED[verdict.state] ?? 'The WhatsApp account is not connected');
    case 'insufficient_credits':
      return refusal(402, `Insufficient credits: ${request.cost} needed, ${verdict.available} available`);
    case 'unavailable':
      return unavailable(verdict.reason);
    case 'failed':
      return answerToFailure(500);
  }
}

const NOT_CONNECTED: Record<string, string> = {
  logged_out: 'The WhatsApp account is logged out; link it again',
  unlinked: 'The WhatsApp account is not linked yet',
  pairing: 'The WhatsApp account is being linked; try again when it is connected',
  conflict: 'The WhatsApp account is in use by another session; reconnect it',
  stopped: 'The WhatsApp account was stopped; reconnect it',
};

/** The answer where the HTTP server refuses before the handler. */
export function answerToFailure(status: number): Answer {
  switch (status) {
    case 404:
      return refusal(404, 'Webhook not found');
    case 413:
      return refusal(413, 'The body is larger than 512 KiB');
    case 415:
      return refusal(415, 'The content type must be application/json');
    case 503:
      return unavailable('The service is restarting; nothing was accepted, nothing was charged');
    default:
      return status < 500
        ? refusal(status, 'The request could not be read')
        : refusal(
            500,
            'The request failed for an internal reason; nothing was accepted, nothing was charged',
          );
  }
}
