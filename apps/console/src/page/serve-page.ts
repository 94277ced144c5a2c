import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentPolicy } from './content-policy.js';
import { isPage, mayBePage } from './page-paths.js';

/** Where Vite leaves the page: beside the console, built or not. */
const PAGE_FOLDER = fileURLToPath(new URL('../../../console-web/dist/', import.meta.url));

const NOT_BUILT = 'The page of the console is not built: run "npm run build". The API is at /api/docs.\n';

/**
 * Serves the page: its assets, whose names change with their content, for ever; at every other path that a browser opens its one
 * document, never kept, because it carries the nonce of its own policy.
 */
export async function servePage(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const built = existsSync(`${PAGE_FOLDER}index.html`);
  if (built) {
    await fastify.register(fastifyStatic, {
      root: `${PAGE_FOLDER}assets`,
      prefix: '/assets/',
      decorateReply: false,
      immutable: true,
      maxAge: '365d',
      preCompressed: true,
    });
  }
  const document = built ? readFileSync(`${PAGE_FOLDER}index.html`, 'utf8') : undefined;
  const open = (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?')[0]!;
    const known = isPage(path);
    const browser = request.headers.accept?.includes('text/html') ?? false;
    if (!known && !(browser && mayBePage(path))) return reply.callNotFound();
    void reply.header('Cache-Control', 'no-store');
    if (document === undefined) return reply.status(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
    const nonce = randomBytes(16).toString('base64');
    return reply
      .status(known ? 200 : 404)
      .header('Content-Security-Policy', contentPolicy(nonce))
      .type('text/html; charset=utf-8')
      .send(document.replace('%CSP_NONCE%', nonce));
  };
  fastify.get('/', open);
  fastify.get('/*', open);
}
