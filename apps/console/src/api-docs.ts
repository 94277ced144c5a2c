import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { AccessLevel } from './access/access.decorator.js';
import { ConsoleConfig } from './console.config.js';
import { ConsoleModule } from './console.module.js';
import { Problem, problemBody, ProblemError, problemKinds, type ProblemCode } from './http/problem.js';
import { REFUSES } from './http/refuses.decorator.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  'x-access'?: AccessLevel;
  [REFUSES]?: ProblemCode[];
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Serves the document at /api/openapi.json and a page to read and try it at /api/docs. */
export function serveApiDocs(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Waypost API',
  });
}

/** The OpenAPI document of a console that is only looked at: nothing is constructed, no database is needed. */
export async function describeUnstarted(): Promise<OpenAPIObject> {
  const app = await NestFactory.create(ConsoleModule.from(new ConsoleConfig()), new FastifyAdapter(), {
    preview: true,
    logger: false,
  });
  try {
    return describeApi(app);
  } finally {
    await app.close();
  }
}

/** The OpenAPI document. What follows by rule from a route's access, parameters and body is added here. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const outline = new DocumentBuilder()
    .setTitle('Waypost')
    .setDescription(
      'The management API. Errors are `application/problem+json`; lists are paged by `limit` and `cursor`.',
    )
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API token.' }, 'token')
    .addCookieAuth(
      'waypost_session',
      { type: 'apiKey', in: 'cookie', description: 'A browser’s session.' },
      'session',
    )
    .build();
  const document = SwaggerModule.createDocument(app, outline, {
    include: [ConsoleModule],
    extraModels: [Problem],
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
  });
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) {
      if (item[method]) complete(item[method]);
    }
  }
  return document;
}

function complete(operation: Operation): void {
  const access = operation['x-access'];
  if (access !== 'public') operation.security = [{ token: [] }, { session: [] }];
  const codes = [...impliedRefusals(operation, access), ...(operation[REFUSES] ?? [])];
  delete operation[REFUSES];
  const byStatus = Map.groupBy(codes, (code) => problemKinds[code].status);
  for (const [status, kinds] of byStatus) {
    operation.responses[String(status)] = {
      description: `${kinds.map((kind) => problemKinds[kind].title).join('; ')}.`,
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(Problem) },
          examples: Object.fromEntries(
            kinds.map((kind) => [
              kind,
              { value: problemBody(new ProblemError(kind, problemKinds[kind].title)) },
            ]),
          ),
        },
      },
    };
  }
}

function impliedRefusals(operation: Operation, access: AccessLevel | undefined): ProblemCode[] {
  const parameters = (operation.parameters ?? []).map((parameter) => 'in' in parameter && parameter.in);
  const hasBody = operation.requestBody !== undefined;
  const codes: ProblemCode[] = [];
  if (hasBody || parameters.includes('query')) codes.push('invalid-request');
  if (access !== 'public') codes.push('unauthenticated', 'cross-site');
  if (access === 'owner') codes.push('owners-only');
  if (parameters.includes('path')) codes.push('not-found');
  if (hasBody) codes.push('body-too-large', 'not-json');
  codes.push('internal', 'unavailable');
  return codes;
}
