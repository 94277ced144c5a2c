import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { Refusal, type RefusalKind } from '../refusal.js';

const STATUS_OF: Record<RefusalKind, number> = {
  not_found: 404,
  conflict: 409,
  gone: 410,
  unprocessable: 422,
  timeout: 504,
};

export interface FieldError {
  field: string;
  message: string;
}

/** A request that does not have the right shape: every wrong field with what it should be. */
export class BadRequest extends Error {
  constructor(readonly errors: FieldError[]) {
    super(errors.map(({ message }) => message).join('; '));
  }
}

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: unknown): unknown;
}

/** Every error as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('control');

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, detail, errors } = this.read(error);
    const problem = { type: 'about:blank', title: STATUS_CODES[status], status, detail, errors };
    host
      .switchToHttp()
      .getResponse<Reply>()
      .status(status)
      .header('content-type', 'application/problem+json; charset=utf-8')
      .send(problem);
  }

  private read(error: unknown): { status: number; detail: string; errors: FieldError[] } {
    if (error instanceof BadRequest) return { status: 400, detail: error.message, errors: error.errors };
    if (error instanceof Refusal) return { status: STATUS_OF[error.kind], detail: error.message, errors: [] };
    if (error instanceof HttpException)
      return { status: error.getStatus(), detail: error.message, errors: [] };
    // Fastify's own, e.g. a body that is no JSON.
    const { statusCode, message } = error as { statusCode?: number; message?: string };
    if (statusCode !== undefined && statusCode < 500)
      return { status: statusCode, detail: message ?? '', errors: [] };
    this.logger.error(error);
    return { status: 500, detail: 'The sandbox made a mistake; its log says which.', errors: [] };
  }
}
