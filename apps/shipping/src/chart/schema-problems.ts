import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { Ingress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { PersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { KubernetesObject } from './render-chart.js';

interface Kind {
  apiVersion: string;
  kind: string;
  prototype: { validate(): void };
}

/** Every kind that the chart renders, with its schema as Kubernetes or its operator publishes it. */
const kinds: Kind[] = [
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  Ingress,
  Job,
  NetworkPolicy,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  PrometheusRule,
  ScaledObject,
  Secret,
  Service,
  ServiceAccount,
  ServiceMonitor,
];

/**
 * What is wrong with an object: types, required fields, and fields that Kubernetes does not know.
 *
 * The published schemas allow fields that they do not name. But they read each that they do name, and no other, so a field that was
 * never read is unknown.
 */
export function schemaProblems(object: KubernetesObject): string[] {
  const kind = kinds.find((one) => one.apiVersion === object.apiVersion && one.kind === object.kind);
  if (!kind) return [`no schema for ${object.apiVersion} ${object.kind}`];
  const unread = new Set<string>();
  try {
    kind.prototype.validate.call(watch(object, '', unread));
  } catch (error) {
    return [(error as Error).message];
  }
  return [...unread].map((path) => `unknown field ${path}`);
}

function watch(value: unknown, path: string, unread: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const inner = new Map<string, unknown>();
  for (const [key, one] of Object.entries(value)) {
    inner.set(key, watch(one, `${path}/${key}`, unread));
    unread.add(`${path}/${key}`);
  }
  return new Proxy(value, {
    get(target, key, receiver) {
      if (typeof key === 'string' && inner.has(key)) {
        unread.delete(`${path}/${key}`);
        return inner.get(key);
      }
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
}
