import type { OpenAPIObject } from '@nestjs/swagger';
import type { AccessLevel } from '../access/access.decorator.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a schema is whatever the document says
type Schema = any;

/** One route, as the OpenAPI document describes it. */
export interface Operation {
  method: string;
  path: string;
  access: AccessLevel;
  /** It is called by members to change something. */
  changes: boolean;
  /** The statuses below 300 that it declares. */
  successes: number[];
  /** Its path holds the id of a row of some workspace. */
  namesSomething: boolean;
  /** @throws when the path has a parameter that `ids` does not know: add it there */
  pathWith(ids: Record<string, string>): string;
  /** The body made of the examples of its fields; `known` replaces those that must exist. */
  exampleBody(known: Record<string, unknown>): Record<string, unknown> | undefined;
  described: Schema;
}

export function listOperations(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Schema>).map(([method, described]) =>
      toOperation(document, path, method.toUpperCase(), described),
    ),
  );
}

function toOperation(document: OpenAPIObject, path: string, method: string, described: Schema): Operation {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  return {
    method,
    path,
    described,
    access: described['x-access'],
    changes: method !== 'GET' && described['x-access'] !== 'public',
    successes: Object.keys(described.responses)
      .map(Number)
      .filter((status) => status < 300),
    namesSomething: names.length > 0,
    pathWith: (ids) =>
      names.reduce((text, name) => {
        if (ids[name] === undefined) throw new Error(`no id for {${name}} of ${path}`);
        return text.replace(`{${name}}`, ids[name]);
      }, path),
    exampleBody: (known) => {
      const schema = described.requestBody?.content['application/json'].schema;
      if (!schema) return undefined;
      const examples = Object.entries<Schema>(resolve(document, schema).properties).map(
        ([name, property]) => [name, name in known ? known[name] : property.example],
      );
      return Object.fromEntries(examples);
    },
  };
}

export function resolve(document: OpenAPIObject, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1) ?? schema.allOf?.[0]?.$ref?.split('/').at(-1);
  return name ? document.components?.schemas?.[name] : schema;
}
