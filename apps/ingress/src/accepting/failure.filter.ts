import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { answerToFailure } from './answer.js';

interface Reply {
  status(code: number): Reply;
  headers(headers: Record<string, string>): Reply;
  send(body: unknown): void;
}

/** Gives what the HTTP server or the framework refuses the same envelope as every other answer. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const status = error instanceof HttpException ? error.getStatus() : 500;
    if (!(error instanceof HttpException)) this.logger.error(error);
    const answer = answerToFailure(status);
    host
      .switchToHttp()
      .getResponse<Reply>()
      .status(status)
      .headers(answer.headers ?? {})
      .send(answer.body);
  }
}
