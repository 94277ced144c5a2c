import { HOST, httpUrlOf, portOf, type ServiceName } from './ports.js';

/** As in the images: Node would let garbage fill 128 MB of each process before it looks for it. */
const SMALL_HEAP = '--max-semi-space-size=16';

/** The networks of this machine: whatever runs here may receive webhooks. */
export const LOOPBACK_NETWORKS = '127.0.0.0/8,::1/128';

export interface Surroundings {
  databaseUrl: string;
  natsUrl: string;
  encryptionKeys: string;
  sandboxDir: string;
}

/**
 * What one service finds in its environment: ours, plus every setting that the launcher was given. A given setting wins
 * over ours unless it would break the wiring.
 */
export function serviceEnvironment(
  name: ServiceName,
  portBase: number,
  surroundings: Surroundings,
  given: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const ours = {
    NODE_OPTIONS: SMALL_HEAP,
    LOG_LEVEL: 'warn',
    CONSOLE_PUBLIC_URL: httpUrlOf('console', portBase),
    INGRESS_PUBLIC_URL: httpUrlOf('ingress', portBase),
    OUTBOUND_ALLOWED_NETWORKS: LOOPBACK_NETWORKS,
    FILE_ALLOWED_NETWORKS: LOOPBACK_NETWORKS,
    ENCRYPTION_KEYS: surroundings.encryptionKeys,
  };
  const wiring = {
    HOST,
    PORT: String(portOf(name, portBase)),
    POD_NAME: `${name}-1`,
    DATABASE_URL: surroundings.databaseUrl,
    NATS_URL: surroundings.natsUrl,
    SANDBOX_WS_URL: `ws://${HOST}:${portOf('sandbox', portBase)}/ws/chat`,
    SANDBOX_DATA_DIR: surroundings.sandboxDir,
  };
  const set = Object.entries(given).filter(([, value]) => value !== undefined && value !== '');
  return { ...ours, ...Object.fromEntries(set), ...wiring };
}
