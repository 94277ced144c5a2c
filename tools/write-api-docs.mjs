// Writes docs/openapi.json from the built console, and from it the types of the page's client; with --check only compares.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { root } from './bootstrap.mjs';

const DOCUMENT = 'docs/openapi.json';
const TYPES = 'apps/console-web/src/api/schema.ts';
const TYPES_HEADER =
  '// Written from docs/openapi.json by "npm run docs:api". Change the API, not this file.\n\n';

const { describeUnstarted } = await import(pathToFileURL(join(root, 'apps/console/dist/api-docs.js')).href);
const document = await describeUnstarted();
const { default: openapiTS, astToString } = await import('openapi-typescript');
const types = astToString(await openapiTS(structuredClone(document), { rootTypes: false }));

const files = {
  [DOCUMENT]: JSON.stringify(document),
  [TYPES]: TYPES_HEADER + types,
};
for (const [file, content] of Object.entries(files)) {
  const path = join(root, file);
  const options = await prettier.resolveConfig(path);
  const formatted = await prettier.format(content, { ...options, filepath: path });
  if (!process.argv.includes('--check')) writeFileSync(path, formatted);
  else if (read(path) !== formatted) {
    process.stderr.write(`${file} does not tell what the console says: run "npm run docs:api".\n`);
    process.exitCode = 1;
  }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
