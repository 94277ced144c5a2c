import { RequestMethod, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { IncomingMessage } from 'node:http';
import type { ServiceConfig } from './service-config.js';

/** Path segments that are secrets: what follows them never reaches a log. */
const SECRET_PATHS = [/(\/webhooks\/inbound\/)[^/?]+/];

/** The path without its secrets and without its query, which may hold personal data. */
export function loggablePath(url: string): string {
  const path = url.split('?')[0]!;
  return SECRET_PATHS.reduce((text, pattern) => text.replace(pattern, '$1…'), path);
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
