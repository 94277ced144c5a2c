import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import type { StartedServer } from './test-servers.js';

const NATS_PORT = 4222;

/** Whether a Docker engine answers. */
export async function engineAnswers(): Promise<boolean> {
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

export async function postgresContainer(durable: boolean): Promise<StartedServer> {
  const settings = ['max_connections=200', ...(durable ? [] : ['fsync=off', 'synchronous_commit=off'])];
  const container = await new PostgreSqlContainer('postgres:18')
    .withUsername('waypost')
    .withDatabase('postgres')
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .start();
  return {
    url: container.getConnectionUri(),
    origin: 'container postgres:18',
    stop: async () => void (await container.stop()),
  };
}

export async function natsContainer(): Promise<StartedServer> {
  const container = await new GenericContainer('nats:2')
    .withExposedPorts(NATS_PORT)
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
    .start();
  return {
    url: `nats://${container.getHost()}:${container.getMappedPort(NATS_PORT)}`,
    origin: 'container nats:2',
    stop: async () => void (await container.stop()),
  };
}
