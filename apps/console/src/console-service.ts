import type { ServiceOptions } from '@waypost/platform';
import { serveApiDocs } from './api-docs.js';
import { ConsoleConfig } from './console.config.js';
import { ConsoleModule } from './console.module.js';
import { measureApi } from './http/http-metrics.js';
import { acceptJsonOnly } from './http/json-body.js';
import { sendProblem } from './http/problem.filter.js';
import { toProblem } from './http/to-problem.js';
import { servePage } from './page/serve-page.js';

const BODY_LIMIT_BYTES = 512 * 1024;

/** The console as `runService` runs it. */
export const consoleService: ServiceOptions<ConsoleConfig> = {
  name: 'console',
  config: ConsoleConfig,
  module: (config) => ConsoleModule.from(config),
  http: (config) => ({
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: config.trustProxy.length > 0 ? config.trustProxy : false,
    // What Fastify refuses before it has a route, such as a malformed URL.
    frameworkErrors: (error, request, reply) => sendProblem(reply, toProblem(error, request)),
  }),
  prepare: async (app, config) => {
    acceptJsonOnly(app, BODY_LIMIT_BYTES);
    measureApi(app);
    const fastify = app.getHttpAdapter().getInstance();
    // Answers hold secrets and people's messages: nobody on the way may keep them.
    fastify.addHook('onSend', (request, reply, payload, done) => {
      if (request.url.startsWith('/api/v1/')) void reply.header('Cache-Control', 'no-store');
      done(null, payload);
    });
    const https = config.consolePublicUrl.startsWith('https:');
    app.useSecurityHeaders(
      https ? {} : { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } },
    );
    serveApiDocs(app);
    await servePage(app);
  },
};
