// node tools/bench.mjs [name [arguments…]]
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, root } from './bootstrap.mjs';
import { runInProjectNode } from './run-in-project-node.mjs';

// A benchmark is a program src/bench/{name}.bench.ts of any project; it finds the servers where tests find them.
function findBenchmarks() {
  const projects = ['apps', 'libs'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  const found = new Map();
  for (const project of projects) {
    const folder = join(root, project, 'src', 'bench');
    for (const file of existsSync(folder) ? readdirSync(folder) : []) {
      const name = file.match(/^(.+)\.bench\.ts$/)?.[1];
      if (name) found.set(name, join(project, 'dist', 'bench', `${name}.bench.js`));
    }
  }
  return found;
}

const [name, ...args] = process.argv.slice(2);
const benchmarks = findBenchmarks();
if (benchmarks.has(name)) {
  runInProjectNode(bootstrap(), ['tools/run-bench.mjs', benchmarks.get(name), ...args]);
} else {
  process.stderr.write(
    name ? `There is no benchmark "${name}".\n` : 'Usage: npm run bench -- <name> [arguments]\n',
  );
  process.stderr.write(`Benchmarks: ${[...benchmarks.keys()].sort().join(', ') || 'none yet'}\n`);
  process.exitCode = name ? 2 : 0;
}
