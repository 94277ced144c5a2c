// node tools/test.mjs [project folders…] [-- Jest arguments]
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { runInProjectNode } from './run-in-project-node.mjs';

const args = process.argv.slice(2);
const split = args.indexOf('--') === -1 ? args.length : args.indexOf('--');
const projects = args.slice(0, split).map((project) => project.replace(/\/+$/, ''));
const unknown = projects.filter((project) => !existsSync(join(root, project, 'jest.config.mjs')));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no such project: ${unknown.join(', ')} (projects are folders, like apps/ingress).\n`,
  );
  process.exit(2);
}

// A chosen project is tested from its sources; only what the runner itself loads must be compiled, the project where its tests
// start it as a process, and for e2e all apps.
const compiled =
  projects.length === 0 || projects.includes('apps/e2e')
    ? ['.']
    : ['libs/testkit', 'libs/persistence', ...projects];
const node = bootstrap(compiled);
runInProjectNode(node, ['tools/run-tests.mjs', ...projects, ...args.slice(split)]);
