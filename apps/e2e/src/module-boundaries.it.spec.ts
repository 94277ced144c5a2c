import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('../../..', import.meta.url));
const env = { ...process.env, NX_DAEMON: 'false' };

interface Import {
  file: string;
  from: string;
}

const allowed: Import = { file: 'apps/ingress/src/main.ts', from: '@waypost/kernel' };

const broken: [when: string, what: Import, says: RegExp][] = [
  [
    'a lib imports an app',
    { file: 'libs/platform/src/index.ts', from: '@waypost/ingress' },
    /Only packages defined/,
  ],
  [
    'an app imports another app',
    { file: 'apps/ingress/src/main.ts', from: '@waypost/egress' },
    /Only packages defined/,
  ],
  [
    'a lib imports one above it',
    { file: 'libs/persistence/src/index.ts', from: '@waypost/messaging' },
    /"scope:persistence"/,
  ],
  [
    'two libs import each other',
    { file: 'libs/kernel/src/index.ts', from: '@waypost/contracts' },
    /Circular dependency/,
  ],
  ['the kernel imports a package', { file: 'libs/kernel/src/index.ts', from: 'pg' }, /"runtime:pure"/],
  [
    'a lib without Nest imports Nest',
    { file: 'libs/persistence/src/index.ts', from: '@nestjs/common' },
    /"runtime:node"/,
  ],
  [
    'ingress imports Baileys',
    { file: 'apps/ingress/src/main.ts', from: '@whiskeysockets/baileys' },
    /"license:apache"/,
  ],
  [
    'the page imports what runs on the server',
    { file: 'apps/console-web/src/app.tsx', from: '@nestjs/common' },
    /"runtime:web"/,
  ],
  [
    'a file reaches into another project',
    { file: 'libs/persistence/src/index.ts', from: '../../kernel/src/clock.js' },
    /relative or absolute path/,
  ],
];

/** Lints each import as if it stood in its file, under the workspace's rules less those that need compiled types. */
const linting = `
  import { ESLint } from 'eslint';
  const untyped = { languageOptions: { parserOptions: { project: null } }, rules: { '@typescript-eslint/no-floating-promises': 'off' } };
  const eslint = new ESLint({ overrideConfig: untyped });
  const messages = [];
  for (const { file, from } of JSON.parse(process.argv[1])) {
    const [result] = await eslint.lintText(\`import * as imported from '\${from}';\\nexport { imported };\\n\`, { filePath: file });
    messages.push(result.messages.map(({ ruleId, message }) => ruleId + ': ' + message));
  }
  console.log(JSON.stringify(messages));
`;

describe('the module boundaries', () => {
  let found: string[][];

  beforeAll(async () => {
    // The rule is silent until Nx has written down which projects there are.
    await run('nx', ['show', 'projects'], { cwd, env });
    const imports = [...broken.map(([, what]) => what), allowed];
    const { stdout } = await run('node', ['--input-type=module', '-e', linting, JSON.stringify(imports)], {
      cwd,
      env,
    });
    found = JSON.parse(stdout) as string[][];
  }, 60_000);

  it.each(broken)('are broken when %s', (when, _what, says) => {
    const messages = found[broken.findIndex(([name]) => name === when)] ?? [];
    expect(messages).toContainEqual(expect.stringMatching(says));
    expect(messages.filter((message) => !message.startsWith('@nx/enforce-module-boundaries'))).toEqual([]);
  });

  it('hold when an app imports a lib', () => {
    expect(found.at(-1)).toEqual([]);
  });
});
