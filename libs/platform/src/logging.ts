import { RequestMethod, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { IncomingMessage } from 'node:http';
import type { ServiceConfig } from './service-config.js';

/** As long as a secret token, in URLs that almost are the webhook's. */
const MAY_BE_SECRET = /[\w%.~+=-]{20,}/g;
/** Ids, which are needed to understand a log. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The path without its secrets and without its query, which may hold personal data. Of the webhook's paths only the beginning is told, and
 * elsewhere nothing that is as long as a token, unless it is an id.
 */
export function loggablePath(url: string): string {
  const path = url.split('?')[0]!;
  return path
    .replace(/^(.*?webhooks?(?:\/|%2f)+inbounds?(?:\/|%2f)+).+/i, '$1…')
    .replace(MAY_BE_SECRET, (text) => (UUID.test(text) ? text : '…'));
}

/** JSON lines on stdout: one per request (health and metrics aside), with method, path, status and duration; no bodies, no headers. */
export function loggingModule(service: string, config: ServiceConfig): DynamicModule {
  return LoggerModule.forRoot({
    pinoHttp: {
      level: config.logLevel,
      base: { service, pod: config.podName },
      quietReqLogger: true,
      serializers: {
        req: (request: { method: string; url: string }) => ({
          method: request.method,
          path: loggablePath(request.url),
        }),
        res: (response: { statusCode: number }) => ({ status: response.statusCode }),
      },
      autoLogging: { ignore: (request: IncomingMessage) => /^\/(health|metrics)/.test(request.url ?? '') },
    },
    forRoutes: [{ path: '/*splat', method: RequestMethod.ALL }],
  });
}
