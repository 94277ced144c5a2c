import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { read } from '../project.js';
import { podSpecOf, policyProblems } from './pod-policies.js';
import { chart, helm, render, type KubernetesObject } from './render-chart.js';
import { schemaProblems } from './schema-problems.js';
import { settingsOf } from './settings.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- objects that their schemas have approved */

const VALUES = ['default', 'production', 'sandbox', 'keda'];
const SERVICES = ['console', 'dispatcher', 'egress', 'ingress', 'wa-session'];
/** Secrets of the operator's, by the values that name them. */
const EXTERNAL = {
  default: ['waypost-postgres url', 'waypost-encryption keys'],
  keda: ['waypost-postgres url', 'waypost-encryption keys'],
  production: [
    'waypost-db-app uri',
    'waypost-nats url',
    'waypost-encryption keys',
    'waypost-mail url',
    'waypost-s3 AWS_ACCESS_KEY_ID',
    'waypost-s3 AWS_SECRET_ACCESS_KEY',
  ],
  sandbox: [],
} as Record<string, string[]>;

const rendered = new Map<string, KubernetesObject[]>();

beforeAll(async () => {
  for (const values of VALUES) rendered.set(values, await render(values));
}, 400_000);

const all = (values: string) => rendered.get(values)!;
const ofKind = (values: string, kind: string) => all(values).filter((object) => object.kind === kind);
const named = (values: string, kind: string, app: string) =>
  ofKind(values, kind).find(({ metadata }) => metadata.name === `waypost-${app}`)!;
const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.name}`;
const container = (values: string, app: string) => podSpecOf(named(values, 'Deployment', app)).containers[0];
const workloads = (values: string) => all(values).filter(podSpecOf);

describe.each(VALUES)('the chart with %s values', (values) => {
  it('passes helm lint --strict', async () => {
    const { code, output } = await helm(
      'lint',
      '--strict',
      chart,
      '--values',
      `${chart}/ci/${values}-values.yaml`,
    );
    expect([code, output]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
  });

  it('renders only objects that their schemas accept, with no unknown field', () => {
    const problems = all(values).flatMap((object) =>
      schemaProblems(object).map((problem) => `${nameOf(object)}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it('gives every object a name of its own', () => {
    const names = all(values).map(nameOf);
    expect(names).toEqual([...new Set(names)]);
  });

  it('runs nothing as root, privileged, writable, unlimited or unpinned', () => {
    expect(
      workloads(values).flatMap((object) => policyProblems(object).map((one) => `${nameOf(object)} ${one}`)),
    ).toEqual([]);
  });

  it('refers only to Secrets and service accounts that it makes or that are documented as external', () => {
    const made = ofKind(values, 'Secret').flatMap(({ metadata, stringData }) =>
      Object.keys(stringData).map((key) => `${metadata.name} ${key}`),
    );
    const used = workloads(values).flatMap((object) =>
      podSpecOf(object).containers.flatMap((one: any) =>
        (one.env ?? [])
          .filter((env: any) => env.valueFrom?.secretKeyRef)
          .map(({ valueFrom }: any) => `${valueFrom.secretKeyRef.name} ${valueFrom.secretKeyRef.key}`),
      ),
    );
    const external = [...new Set<string>(used)].filter((one) => !made.includes(one));
    expect(external.sort()).toEqual([...EXTERNAL[values]!].sort());

    const accounts = ofKind(values, 'ServiceAccount').map(({ metadata }) => metadata.name);
    for (const object of workloads(values)) {
      const { serviceAccountName } = podSpecOf(object);
      if (object.kind !== 'Pod') expect(accounts).toContain(serviceAccountName);
    }
  });

  it('gives each service every setting that it requires, and none that it does not read', () => {
    for (const object of ofKind(values, 'Deployment')) {
      const [{ name, env }] = podSpecOf(object).containers;
      const given = env.map((one: any) => one.name);
      const settings = settingsOf(name);
      const required = [...settings].filter(([, { required }]) => required).map(([key]) => key);
      expect({ name, missing: required.filter((key) => !given.includes(key)) }).toEqual({
        name,
        missing: [],
      });
      expect({ name, unknown: given.filter((key: string) => !settings.has(key)) }).toEqual({
        name,
        unknown: [],
      });
      expect(given).toEqual([...new Set(given)]);
    }
  });

  it('ends no pod before its clean stop has had its time', () => {
    for (const object of ofKind(values, 'Deployment')) {
      const pod = podSpecOf(object);
      const [{ env, lifecycle }] = pod.containers;
      const shutdown = Number(env.find((one: any) => one.name === 'SHUTDOWN_TIMEOUT_MS').value) / 1_000;
      const preStop = Number(lifecycle?.preStop.exec.command[1] ?? 0);
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStop + shutdown);
    }
  });

  it('asks liveness only whether the process answers, and readiness whether it can work', () => {
    for (const object of ofKind(values, 'Deployment')) {
      const [{ startupProbe, livenessProbe, readinessProbe }] = podSpecOf(object).containers;
      expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe.httpGet.path)).toEqual([
        '/health/live',
        '/health/live',
        '/health/ready',
      ]);
      // The checks behind readiness answer within two seconds, well or not.
      expect(readinessProbe.timeoutSeconds).toBeGreaterThan(2);
    }
  });

  it('selects with every Service, budget and policy the pods of exactly one service', () => {
    const pods = workloads(values).map((object) => ({
      name: nameOf(object),
      labels: object['spec'].template?.metadata.labels ?? object.metadata.labels,
    }));
    const selectors = [
      ...ofKind(values, 'Service').map((object) => [nameOf(object), object['spec'].selector]),
      ...ofKind(values, 'PodDisruptionBudget').map((object) => [
        nameOf(object),
        object['spec'].selector.matchLabels,
      ]),
      ...ofKind(values, 'NetworkPolicy').map((object) => [
        nameOf(object),
        object['spec'].podSelector.matchLabels,
      ]),
    ].filter(([, labels]) => labels);
    for (const [name, labels] of selectors) {
      const selected = pods.filter((pod) =>
        Object.entries(labels).every(([key, value]) => pod.labels[key] === value),
      );
      expect([name, selected.length]).toEqual([name, 1]);
    }
  });

  it('has a network policy for every pod, whose ports are those that pods listen on', () => {
    const policies = ofKind(values, 'NetworkPolicy');
    for (const object of workloads(values)) {
      const labels = object['spec'].template?.metadata.labels ?? object.metadata.labels;
      const own = policies.filter(({ spec }) =>
        Object.entries(spec.podSelector.matchLabels).every(([key, value]) => labels[key] === value),
      );
      expect([nameOf(object), own.length]).toEqual([nameOf(object), 1]);
      const [{ spec }] = own as [KubernetesObject];
      expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
      const listens = podSpecOf(object).containers.flatMap((one: any) =>
        (one.ports ?? []).map((port: any) => port.containerPort),
      );
      const opened = (spec.ingress ?? []).flatMap((rule: any) => rule.ports.map((port: any) => port.port));
      expect([...new Set(opened)]).toEqual(listens);
    }
  });
});

describe('the chart', () => {
  it('has the sandbox off unless it is asked for', () => {
    for (const values of ['default', 'production', 'keda']) {
      expect(JSON.stringify(all(values))).not.toContain('sandbox');
    }
    expect(container('sandbox', 'wa-session').env).toContainEqual({
      name: 'SANDBOX_WS_URL',
      value: 'ws://waypost-sandbox:3000/ws/chat',
    });
  });

  it('opens the internet only to services that need it, and private networks to none', () => {
    const reaches = Object.fromEntries(
      SERVICES.map((app) => {
        const rules = named('default', 'NetworkPolicy', app)['spec'].egress;
        const internet = rules.filter((rule: any) => rule.to?.some((peer: any) => peer.ipBlock));
        for (const rule of internet) {
          for (const { ipBlock } of rule.to) expect(ipBlock.except.length).toBeGreaterThan(0);
        }
        return [app, internet.flatMap((rule: any) => rule.ports.map(({ port }: any) => port ?? 'any'))];
      }),
    );
    expect(reaches).toEqual({
      console: [],
      dispatcher: ['any'],
      egress: ['any'],
      ingress: [],
      'wa-session': [443],
    });
  });

  it('routes the webhook host to ingress and the console host to the console, without health and metrics', () => {
    const rules = ofKind('production', 'Ingress').flatMap(({ spec }) =>
      spec.rules.flatMap(({ host, http }: any) =>
        http.paths.map(({ path, backend }: any) => `${host}${path} ${backend.service.name}`),
      ),
    );
    expect(rules).toEqual([
      'waypost.example.com/health waypost-nowhere',
      'waypost.example.com/metrics waypost-nowhere',
      'waypost.example.com/ waypost-console',
      'hooks.waypost.example.com/webhooks/inbound/ waypost-ingress',
    ]);
  });

  it('migrates before an install and an upgrade, with all that the Job needs made before it', () => {
    const hooks = all('sandbox').filter(({ metadata }) =>
      /pre-install/.test(metadata.annotations?.['helm.sh/hook'] ?? ''),
    );
    expect(
      hooks.map((object) => [object.kind, object.metadata.annotations?.['helm.sh/hook-weight']]),
    ).toEqual(
      expect.arrayContaining([
        ['ServiceAccount', '-10'],
        ['Secret', '-10'],
        ['NetworkPolicy', '-10'],
        ['Job', '0'],
      ]),
    );
    for (const { metadata } of hooks)
      expect(metadata.annotations?.['helm.sh/hook']).toBe('pre-install,pre-upgrade');
  });

  it.each(['production', 'keda'])('scales each service on its own signal (%s)', (values) => {
    const signals = [...ofKind(values, 'HorizontalPodAutoscaler'), ...ofKind(values, 'ScaledObject')]
      .map(({ metadata, spec }) => {
        const [one] = spec.metrics ?? spec.triggers;
        const metric =
          one.resource?.name ??
          one.pods?.metric.name ??
          one.external?.metric.name ??
          one.metadata.query ??
          one.type;
        return [metadata.name.replace('waypost-', ''), metric];
      })
      .sort();
    const lateness = (what: string) =>
      values === 'keda'
        ? `max(waypost:${what}_lane_lateness_seconds:p95{namespace="messaging"})`
        : `waypost_${what}_lane_lateness_seconds_p95`;
    expect(signals).toEqual([
      ['console', 'cpu'],
      ['dispatcher', lateness('send')],
      ['egress', lateness('delivery')],
      ['ingress', 'cpu'],
      ['wa-session', values === 'keda' ? 'sum(waypost_sessions{namespace="messaging"})' : 'waypost_sessions'],
    ]);
    for (const app of SERVICES)
      expect(named(values, 'Deployment', app)['spec']).not.toHaveProperty('replicas');
  });

  it('starts a new pod before an old one leaves, and lets one at a time be evicted', () => {
    for (const app of SERVICES) {
      expect(named('default', 'Deployment', app)['spec'].strategy.rollingUpdate).toEqual({
        maxSurge: 1,
        maxUnavailable: 0,
      });
      expect(named('default', 'PodDisruptionBudget', app)['spec'].maxUnavailable).toBe(1);
    }
  });

  it('ships the alert rules and dashboards as they are in the repository', () => {
    const [rule] = ofKind('production', 'PrometheusRule') as [KubernetesObject];
    const shipped = rule['spec'].groups.map(({ name }: any) => name);
    const files = ['alerts/waypost.rules.yaml', 'alerts/recording.rules.yaml'];
    const written = files.flatMap((file) =>
      parse(read(`k8s/waypost/${file}`)).groups.map(({ name }: any) => name),
    );
    expect([...shipped].sort()).toEqual([...written].sort());
    for (const group of rule['spec'].groups) {
      for (const { alert, annotations } of group.rules) {
        if (alert)
          expect(annotations.runbook_url).toMatch(
            /^https:\/\/git\.example\.com\/waypost\/docs\/operations\.md#/,
          );
      }
    }
    const [dashboards] = ofKind('production', 'ConfigMap') as [KubernetesObject];
    for (const [file, text] of Object.entries(dashboards['data'])) {
      expect(text).toBe(read(`k8s/waypost/dashboards/${file}`));
    }
  });

  it('tells after an install how to make the first workspace', async () => {
    const { output } = await helm(
      'install',
      'waypost',
      chart,
      '--dry-run=client',
      '--namespace',
      'messaging',
    );
    const overrides = output.match(/--overrides '(.+)'/)?.[1] ?? '';
    expect(JSON.parse(overrides).spec.containers[0]).toMatchObject({
      image: 'registry.example.com/waypost/waypost-admin:0.1.0',
      args: [
        'node',
        'service/dist/main.js',
        'create-workspace',
        '--name',
        'My company',
        '--email',
        'owner@example.com',
      ],
      env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'waypost-postgres', key: 'url' } } }],
    });
  });
});

describe('values that the chart refuses', () => {
  it.each([
    ['a tag that moves', ['--set', 'image.tag=latest'], /tag/],
    ['a value that it does not know', ['--set', 'services.ingress.replica=3'], /replica/],
    ['a service that it does not know', ['--set', 'services.mailer.replicas=1'], /mailer/],
    [
      'a pod without limits',
      ['--set-json', 'services.ingress.resources={"requests":{"cpu":1,"memory":"1Gi"},"limits":null}'],
      /limits/,
    ],
    ['no database', ['--set', 'postgres.existingSecret='], /postgres/],
    ['no encryption keys', ['--set', 'encryption.existingSecret='], /encryption/],
    ['S3 without a bucket', ['--set', 'attachments.store=s3'], /bucket/],
    ['several NATS addresses', ['--set', 'nats.url=nats://a:4222\\,nats://b:4222'], /nats/],
    ['a key of a wrong length', ['--set', 'encryption.existingSecret=,encryption.keys=1:c2hvcnQ='], /keys/],
  ])('%s', async (_what, flags, words) => {
    await expect(render('default', ...flags)).rejects.toThrow(words);
  });
});

describe('the checks themselves', () => {
  const broken = (change: (deployment: any) => void) => {
    const copy = structuredClone(named('default', 'Deployment', 'ingress'));
    change(copy);
    return [...schemaProblems(copy), ...policyProblems(copy)].join('\n');
  };

  it.each<[string, (deployment: any) => void, RegExp]>([
    ['an unknown field', (d) => (d.spec.template.spec.contaners = []), /unknown field .*contaners/],
    [
      'an unknown field deep inside',
      (d) => (d.spec.template.spec.containers[0].livenessProbe.perodSeconds = 1),
      /perodSeconds/,
    ],
    ['a wrong type', (d) => (d.spec.replicas = 'two'), /replicas must be integer/],
    ['a missing field', (d) => delete d.spec.selector, /selector/],
    ['root', (d) => (d.spec.template.spec.securityContext.runAsNonRoot = false), /may run as root/],
    [
      'a writable file system',
      (d) => delete d.spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem,
      /may write/,
    ],
    [
      'an image that moves',
      (d) => (d.spec.template.spec.containers[0].image = 'waypost:latest'),
      /no fixed image/,
    ],
    [
      'no limits',
      (d) => delete d.spec.template.spec.containers[0].resources.limits.memory,
      /no limits of memory/,
    ],
    [
      'a privileged container',
      (d) => (d.spec.template.spec.containers[0].securityContext.privileged = true),
      /is privileged/,
    ],
  ])('find %s', (_what, change, words) => {
    expect(broken(() => undefined)).toBe('');
    expect(broken(change)).toMatch(words);
  });
});
