import { createHash } from 'node:crypto';
import { newWaKeyId, uuidv7 } from '@waypost/kernel';
import { tokenHash } from '@waypost/persistence';
import type { AcceptRequest } from './accept-request.js';
import { sentences } from './answer.js';
import { readJsonObject } from './read-json-object.js';
import { listIgnoredFields, readSendOrder } from './read-send-order.js';

/** What comes over HTTP. */
export interface WebhookRequest {
  method: string;
  params: { token: string };
  headers: Record<string, string | string[] | undefined>;
  contentType?: string;
  /** The client's address. */
  ip: string;
  /** The bytes that came; undefined without any, or when there were too many. */
  body?: Buffer;
  bodyTooLarge?: boolean;
  arrivedAt: number;
}

/** application/json and types that are JSON underneath, with or without parameters. */
const JSON_TYPE = /^\s*application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const IDEMPOTENCY_KEY = /^[^\x00-\x1f\x7f]{1,255}$/;
const IDEMPOTENCY_KEY_PROBLEM = 'Idempotency-Key must have 1 to 255 characters';

/** Reads a request up to what only the database knows. */
export function readWebhookRequest(request: WebhookRequest): AcceptRequest {
  const { headers, params, ip, body, arrivedAt } = request;
  const common = { messageId: uuidv7(), keyId: newWaKeyId(), tokenHash: tokenHash(params.token) };
  const attempt = {
    address: ip,
    body: request.bodyTooLarge ? undefined : (body ?? Buffer.alloc(0)),
    ignoredFields: [] as string[],
    arrivedAt,
  };
  const refused = (status: number, message: string): AcceptRequest => ({
    ...common,
    asked: { refusal: { status, message } },
    attempt,
  });

  if (request.bodyTooLarge) return refused(413, sentences.tooLarge);
  if (!JSON_TYPE.test(request.contentType ?? '')) return refused(415, sentences.notJson);
  if (isCompressed(headers['content-encoding'])) return refused(415, sentences.compressed);

  const key = headers['idempotency-key'];
  const keyProblems = key === undefined || IDEMPOTENCY_KEY.test(String(key)) ? [] : [IDEMPOTENCY_KEY_PROBLEM];
  const json = readJsonObject(body);
  if ('problem' in json) return refused(400, [...keyProblems, json.problem].join('; '));
  attempt.ignoredFields = listIgnoredFields(json.value);
  const read = readSendOrder(json.value);
  const problems = [...keyProblems, ...('problems' in read ? read.problems : [])];
  if ('problems' in read || problems.length > 0) return refused(400, problems.join('; '));
  return {
    ...common,
    asked: read,
    idempotency:
      key === undefined
        ? undefined
        : { key: String(key), bodyHash: createHash('sha256').update(body!).digest() },
    attempt,
  };
}

function isCompressed(encoding: string | string[] | undefined): boolean {
  return /\S/.test(String(encoding ?? '').replace(/identity/i, ''));
}
