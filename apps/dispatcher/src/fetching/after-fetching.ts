import { scheduledDelay, type Random } from '@waypost/kernel';
import type { GetResult, HttpErrorClass } from '@waypost/safe-http';
import type { FileFailure } from './file-verdict.js';

export type FetchResult =
  | { kind: 'content'; content: Buffer; contentType: string | undefined }
  | { kind: 'failed'; failure: FileFailure }
  /** It may go better later. */
  | { kind: 'retry'; failure: FileFailure; afterMs: number };

const RETRY_SPREAD = 0.2;
const PARTIAL_CONTENT = 206;
/** Those below 500 that pass: request timeout, too early, too many requests. */
const PASSING_STATUSES = [408, 425, 429];
const PASSING_ERRORS: HttpErrorClass[] = ['timeout', 'reset', 'connect', 'dns', 'tls'];

/**
 * What the answer to a fetch means.
 *
 * @param attempts how many fetches of this file failed before
 * @param retryMs the pauses before each further try; when they are used up, it failed
 */
export function afterFetching(
  result: GetResult,
  attempts: number,
  retryMs: readonly number[],
  random?: Random,
): FetchResult {
  const passing =
    result.kind === 'error'
      ? PASSING_ERRORS.includes(result.errorClass)
      : result.status >= 500 || PASSING_STATUSES.includes(result.status);
  if (result.kind === 'answer' && result.status >= 200 && result.status < 300) return ofAnswer(result);
  const failure =
    result.kind === 'error' ? ofError(result.errorClass, result.detail) : ofStatus(result.status);
  if (!passing || attempts >= retryMs.length) return { kind: 'failed', failure };
  return { kind: 'retry', failure, afterMs: scheduledDelay(retryMs, attempts, RETRY_SPREAD, random) };
}

function ofAnswer({ status, body, headers }: Extract<GetResult, { kind: 'answer' }>): FetchResult {
  if (status === PARTIAL_CONTENT) return { kind: 'failed', failure: ofStatus(status) };
  if (body.length === 0) {
    return { kind: 'failed', failure: { code: 'file_empty', reason: 'The file is empty' } };
  }
  const type = headers['content-type'];
  return { kind: 'content', content: body, contentType: Array.isArray(type) ? type[0] : type };
}

function ofStatus(status: number): FileFailure {
  return { code: 'file_status', reason: `file_url answered HTTP ${status}` };
}

function ofError(errorClass: HttpErrorClass, detail: string): FileFailure {
  switch (errorClass) {
    case 'too_large':
      return { code: 'file_too_large', reason: 'The file is larger than 2 MB' };
    case 'address_refused':
      return {
        code: 'file_address_refused',
        reason: 'file_url points at a private or reserved address',
      };
    case 'redirects':
      return { code: 'file_redirects', reason: 'file_url redirects too often' };
    case 'invalid_url':
    case 'dns':
    case 'connect':
    case 'tls':
    case 'timeout':
    case 'reset':
    case 'protocol':
    case 'encoding':
      return { code: 'file_unreachable', reason: `file_url could not be fetched: ${detail}` };
    default:
      return errorClass satisfies never;
  }
}
