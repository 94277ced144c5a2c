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

// Tests run from sources, but the runner loads these two built, and the tests of an app may start built apps.
const onlyLibs = projects.length > 0 && projects.every((project) => project.startsWith('libs/'));
const compiled = onlyLibs ? ['libs/testkit', 'libs/persistence'] : ['.'];
const node = bootstrap(compiled);
runInProjectNode(node, ['tools/run-tests.mjs', ...projects, ...args.slice(split)]);
