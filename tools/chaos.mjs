// node tools/chaos.mjs [--seed N] [--rounds N] [--accounts N] [--minutes N] [--journal FILE]
import { bootstrap } from './bootstrap.mjs';
import { runInProjectNode } from './run-in-project-node.mjs';

const args = process.argv.slice(2);
runInProjectNode(bootstrap(), ['--enable-source-maps', 'apps/e2e/dist/chaos/chaos.program.js', ...args]);
