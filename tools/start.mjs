import { bootstrap } from './bootstrap.mjs';
import { runInProjectNode } from './run-in-project-node.mjs';

runInProjectNode(bootstrap(), ['apps/standalone/dist/main.js', ...process.argv.slice(2)]);
