import type { KubernetesObject } from './render-chart.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- objects that their schemas have approved */

/** The template of the pods that an object makes; undefined for one that makes none. */
export function podSpecOf(object: KubernetesObject): any {
  if (object.kind === 'Pod') return object['spec'];
  if (object.kind === 'Deployment' || object.kind === 'Job') return object['spec'].template.spec;
  return undefined;
}

/** What our rules for pods forbid, in words. */
export function policyProblems(object: KubernetesObject): string[] {
  const pod = podSpecOf(object);
  if (!pod) return [];
  const problems: string[] = [];
  const rule = (holds: unknown, words: string) => void (holds || problems.push(words));

  rule(pod.automountServiceAccountToken === false, 'mounts a token of the Kubernetes API');
  rule(pod.securityContext?.runAsNonRoot === true, 'may run as root');
  rule(pod.securityContext?.runAsUser > 0, 'has no numeric user');
  rule(pod.securityContext?.seccompProfile?.type === 'RuntimeDefault', 'has no seccomp profile');
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) rule(!pod[field], `uses ${field}`);
  for (const volume of pod.volumes ?? []) rule(!volume.hostPath, `mounts ${volume.name} of the node`);
  for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
    for (const words of containerProblems(container)) problems.push(`container ${container.name} ${words}`);
  }
  return problems;
}

function containerProblems(container: any): string[] {
  const problems: string[] = [];
  const rule = (holds: unknown, words: string) => void (holds || problems.push(words));
  const security = container.securityContext ?? {};
  rule(
    /:[^/:]+$/.test(container.image) && !/:latest$/.test(container.image),
    `has no fixed image: ${container.image}`,
  );
  rule(security.readOnlyRootFilesystem === true, 'may write to its file system');
  rule(security.allowPrivilegeEscalation === false, 'may escalate');
  rule(!security.privileged, 'is privileged');
  rule(security.capabilities?.drop?.includes('ALL') && !security.capabilities.add, 'has capabilities');
  for (const amounts of ['requests', 'limits']) {
    for (const resource of ['cpu', 'memory']) {
      rule(container.resources?.[amounts]?.[resource], `has no ${amounts} of ${resource}`);
    }
  }
  return problems;
}
