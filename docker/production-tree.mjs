// node docker/production-tree.mjs <app> [<empty folder>]
// Copies what one app needs in production out of a built workspace: its own files, the libs it uses, and the packages they
// depend on, each at its place and in the version of package-lock.json. Without a folder it only lists them.
//
// npm's own `--omit=dev --workspace` keeps the development dependencies of every linked workspace; this walk does not.
import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Built by another project, served by this one. */
const PAGES = { console: ['apps/console-web/dist'] };
/** Nothing reads these at run time. Licences and manifests stay: they are what an inventory is made from. */
const NOT_NEEDED = /\.(d\.[cm]?ts|map|tsbuildinfo|md|markdown)$/i;

/**
 * @param {{ packages: Record<string, any> }} lock package-lock.json
 * @param {string} app folder of the app, such as apps/ingress
 * @returns {{ packages: string[], workspaces: string[], links: Record<string, string> }} paths as in the lock file; links lead from
 *   a place in node_modules to a workspace
 */
export function productionTree({ packages }, app) {
  if (!packages[app]) throw new Error(`${app} is not in package-lock.json`);
  const found = { packages: new Set(), workspaces: new Set([app]), links: {} };
  const open = [app];
  for (let from; (from = open.pop()) !== undefined;) {
    for (const [name, optional] of dependenciesOf(packages[from])) {
      const path = resolve(packages, from, name);
      if (!path) {
        if (optional) continue;
        throw new Error(`${from} needs ${name}, which is not in package-lock.json`);
      }
      const { link, resolved } = packages[path];
      const kind = link ? found.workspaces : found.packages;
      const target = link ? resolved : path;
      if (link) found.links[path] = resolved;
      if (kind.has(target)) continue;
      kind.add(target);
      open.push(target);
    }
  }
  return {
    packages: [...found.packages].sort(),
    workspaces: [...found.workspaces].sort(),
    links: found.links,
  };
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) {
  const needs = new Map();
  for (const name of Object.keys(dependencies ?? {})) needs.set(name, false);
  for (const name of Object.keys(peerDependencies ?? {})) {
    if (!peerDependenciesMeta?.[name]?.optional) needs.set(name, false);
  }
  for (const name of Object.keys(optionalDependencies ?? {})) needs.set(name, true);
  return needs;
}

/** As Node looks: in the node_modules of the folder, then of each folder above it. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = folder === '.' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages[path]) return path;
    if (folder === '.') return undefined;
  }
}

function copy(tree, lock, app, out) {
  const installed = tree.packages.filter((path) => existsSync(join(root, path)));
  const missing = tree.packages.filter((path) => !installed.includes(path) && !lock.packages[path].optional);
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')} (npm ci)`);
  for (const path of installed) copyFolder(path, out, (file) => basename(file) !== 'node_modules');
  for (const path of tree.workspaces) {
    if (!existsSync(join(root, path, 'dist'))) throw new Error(`${path} is not built (npx tsc -b ${path})`);
    copyFolder(`${path}/package.json`, out);
    copyFolder(`${path}/dist`, out);
  }
  for (const path of PAGES[basename(app)] ?? []) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is not built (node tools/build-page.mjs)`);
    copyFolder(path, out);
  }
  for (const [path, target] of Object.entries(tree.links)) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    symlinkSync(relative(dirname(path), target), join(out, path));
  }
  symlinkSync(app, join(out, 'service'));
  const licences = installed.map((path) => {
    const { version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    return `${path.split('node_modules/').at(-1)} ${version} ${typeof license === 'string' ? license : 'see its folder'}`;
  });
  writeFileSync(join(out, 'licences.txt'), `${licences.join('\n')}\n`);
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
  cpSync(join(root, 'THIRD-PARTY.md'), join(out, 'THIRD-PARTY.md'));
  return installed.length;
}

function copyFolder(path, out, wanted = () => true) {
  const source = join(root, path);
  cpSync(source, join(out, path), {
    recursive: true,
    dereference: false,
    filter: (file) =>
      file === source || (wanted(file) && (!NOT_NEEDED.test(file) || lstatSync(file).isDirectory())),
  });
}

if (process.argv[1] && import.meta.filename === process.argv[1]) {
  const [name, out] = process.argv.slice(2);
  const app = `apps/${name}`;
  try {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const tree = productionTree(lock, app);
    if (out) process.stdout.write(`${copy(tree, lock, app, out)} packages for ${app}\n`);
    else process.stdout.write(`${[...tree.workspaces, ...tree.packages].join('\n')}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
