import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../programs/find-helm.js';
import { root } from '../project.js';

export const chart = join(root, 'k8s', 'waypost');
const WITHIN_MS = 60_000;

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the fields of each kind are checked by its schema
  [field: string]: any;
}

export interface Ended {
  code: number;
  output: string;
}

export async function helm(...args: string[]): Promise<Ended> {
  const program = await findHelm();
  return new Promise((resolve) => {
    execFile(program, args, { timeout: WITHIN_MS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: error ? stdout + stderr : stdout }),
    );
  });
}

/**
 * What an install with these values would create, hooks and tests included.
 *
 * @param flags as Helm takes them, such as `--set`
 * @throws with Helm's words when the chart refuses the values
 */
export async function render(values: string, ...flags: string[]): Promise<KubernetesObject[]> {
  const file = join(chart, 'ci', `${values}-values.yaml`);
  const { code, output } = await helm(
    'template',
    'waypost',
    chart,
    '--namespace',
    'messaging',
    '--values',
    file,
    ...flags,
  );
  if (code !== 0) throw new Error(output);
  return parseAllDocuments(output)
    .map((document) => {
      if (document.errors.length > 0) throw new Error(`not YAML: ${document.errors.join('; ')}`);
      return document.toJS() as KubernetesObject | null;
    })
    .filter((object) => object !== null);
}
