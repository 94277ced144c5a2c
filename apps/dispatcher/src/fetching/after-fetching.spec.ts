import { describe, expect, it } from '@jest/globals';
import type { GetResult, HttpErrorClass } from '@waypost/safe-http';
import { afterFetching } from './after-fetching.js';

const RETRY_MS = [2_000, 5_000, 10_000];
const answer = (status: number, body = 'x', headers = {}): GetResult => ({
  kind: 'answer',
  status,
  headers,
  body: Buffer.from(body),
  url: 'https://files.example/x',
  durationMs: 1,
});
const error = (errorClass: HttpErrorClass, detail = 'why'): GetResult => ({
  kind: 'error',
  errorClass,
  detail,
  durationMs: 1,
});
const middle = () => 0.5;
const after = (result: GetResult, attempts = 0) => afterFetching(result, attempts, RETRY_MS, middle);

describe('after a fetch', () => {
  it('there is a content', () => {
    expect(after(answer(200, 'hello', { 'content-type': 'text/plain' }))).toEqual({
      kind: 'content',
      content: Buffer.from('hello'),
      contentType: 'text/plain',
    });
  });

  it.each([
    [answer(200, ''), 'file_empty', 'The file is empty'],
    [answer(204, ''), 'file_empty', 'The file is empty'],
    [answer(206), 'file_status', 'file_url answered HTTP 206'],
    [answer(302), 'file_status', 'file_url answered HTTP 302'],
    [answer(404), 'file_status', 'file_url answered HTTP 404'],
    [answer(403), 'file_status', 'file_url answered HTTP 403'],
    [error('too_large'), 'file_too_large', 'The file is larger than 2 MB'],
    [error('address_refused'), 'file_address_refused', 'file_url points at a private or reserved address'],
    [error('redirects'), 'file_redirects', 'file_url redirects too often'],
    [error('invalid_url'), 'file_unreachable', 'file_url could not be fetched: why'],
    [error('protocol'), 'file_unreachable', 'file_url could not be fetched: why'],
    [error('encoding'), 'file_unreachable', 'file_url could not be fetched: why'],
  ])('it failed at once: %j', (result, code, reason) => {
    expect(after(result)).toEqual({ kind: 'failed', failure: { code, reason } });
  });

  it.each([
    [answer(500), 'file_status', 'file_url answered HTTP 500'],
    [answer(503), 'file_status', 'file_url answered HTTP 503'],
    [answer(429), 'file_status', 'file_url answered HTTP 429'],
    [error('timeout'), 'file_unreachable', 'file_url could not be fetched: why'],
    [error('connect'), 'file_unreachable', 'file_url could not be fetched: why'],
    [error('reset'), 'file_unreachable', 'file_url could not be fetched: why'],
    [error('dns'), 'file_unreachable', 'file_url could not be fetched: why'],
    [error('tls'), 'file_unreachable', 'file_url could not be fetched: why'],
  ])('it is tried three times more, then it failed: %j', (result, code, reason) => {
    const failure = { code, reason };
    expect(after(result, 0)).toEqual({ kind: 'retry', failure, afterMs: 2_000 });
    expect(after(result, 1)).toEqual({ kind: 'retry', failure, afterMs: 5_000 });
    expect(after(result, 2)).toEqual({ kind: 'retry', failure, afterMs: 10_000 });
    expect(after(result, 3)).toEqual({ kind: 'failed', failure });
  });

  it('the pauses are spread by a fifth', () => {
    expect(afterFetching(answer(500), 0, RETRY_MS, () => 0)).toMatchObject({ afterMs: 1_600 });
    expect(afterFetching(answer(500), 0, RETRY_MS, () => 0.999999)).toMatchObject({ afterMs: 2_400 });
  });
});
