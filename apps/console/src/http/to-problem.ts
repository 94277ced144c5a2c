import { HttpException } from '@nestjs/common';
import { isDatabaseAway } from '@waypost/persistence';
import { ProblemError } from './problem.js';

const RETRY_AFTER_SECONDS = 5;

/** Classifies whatever a request failed with. Anything unknown is ours, and its text stays here. */
export function toProblem(error: unknown, request: { method: string; url: string }): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isDatabaseAway(error)) {
    return new ProblemError(
      'unavailable',
      'The database cannot be used at the moment; nothing was changed. Try again in a few seconds.',
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  }
  const status = httpStatus(error);
  if (status === 404) {
    const path = request.url.split('?')[0]!;
    return new ProblemError(
      'not-found',
      `There is no ${request.method} ${path}; /api/docs lists what there is.`,
    );
  }
  if (status === 413) return new ProblemError('body-too-large', 'Send at most 512 KiB.');
  if (status === 415) return notJson();
  if (status !== undefined && status >= 400 && status < 500) {
    return new ProblemError('bad-http', (error as Error).message, { status });
  }
  return new ProblemError(
    'internal',
    'The error was logged. Try again; if it stays, tell whoever runs this.',
  );
}

export function notJson(): ProblemError {
  return new ProblemError('not-json', 'Send the body as JSON, with Content-Type: application/json.');
}

function httpStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}
