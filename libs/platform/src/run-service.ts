import { Logger as NestLogger, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PodNatsServer } from '@waypost/messaging';
import { Logger } from 'nestjs-pino';
import { Health } from './health.js';
import { ClusterServiceConfig, type ServiceConfig } from './service-config.js';
import { ConfigurationError, loadConfig } from './setting.js';

type HttpOptions = ConstructorParameters<typeof FastifyAdapter>[0];

export interface ServiceOptions<C extends ServiceConfig> {
  name: string;
  config: new () => C;
  /** Makes the composition root from the validated configuration. */
  module: (config: C) => Parameters<typeof NestFactory.create>[0];
  /** True when controllers listen to NATS subjects. */
  listensToNats?: boolean;
  /** Options of Fastify, e.g. a body limit; a function when they depend on the configuration. */
  http?: HttpOptions | ((config: C) => HttpOptions);
  /** Last touches before the application listens, e.g. documentation pages. */
  prepare?: (app: NestFastifyApplication, config: C) => void | Promise<void>;
}

/**
 * The main program of a service: reads the configuration, starts, and on SIGTERM or SIGINT (or when the launcher's channel closes)
 * turns readiness off, stops cleanly within SHUTDOWN_TIMEOUT_MS, and ends.
 */
export async function runService<C extends ServiceConfig>(options: ServiceOptions<C>): Promise<void> {
  let config: C;
  try {
    config = loadConfig(options.config, process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${options.name}: ${error.message}\n`);
    process.exit(78);
  }
  const app = await startService(options, config).catch((error: unknown) => {
    process.stderr.write(
      `${options.name} could not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(1);
  });
  const stop = once(() => stopService(app, config));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  if (process.connected) process.once('disconnect', stop);
  // The launcher was killed while this process was loading its modules.
  else if (process.connected === false) stop();
}

/** Starts a service in this process; tests use it with a configuration of their own. */
export async function startService<C extends ServiceConfig>(
  options: ServiceOptions<C>,
  config: C,
): Promise<NestFastifyApplication> {
  const http = typeof options.http === 'function' ? options.http(config) : options.http;
  const app = await NestFactory.create<NestFastifyApplication>(
    options.module(config) as Type,
    new FastifyAdapter({ forceCloseConnections: 'idle', ...http } as object),
    { bufferLogs: true, abortOnError: false },
  );
  app.useLogger(app.get(Logger));
  try {
    if (options.listensToNats && config instanceof ClusterServiceConfig) {
      app.connectMicroservice(
        { strategy: new PodNatsServer(config.natsUrl, config.processName) },
        { inheritAppConfig: false },
      );
    }
    await options.prepare?.(app, config);
    // NATS may be away at start: HTTP (with readiness) comes up meanwhile, and subscriptions follow when it answers.
    if (options.listensToNats) void app.startAllMicroservices();
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
  new NestLogger(options.name).log(`listening on ${await app.getUrl()}`);
  return app;
}

async function stopService(app: INestApplication, config: ServiceConfig): Promise<void> {
  app.get(Health).drain();
  const timer = setTimeout(() => {
    new NestLogger('shutdown').error(`not stopped within ${config.shutdownTimeoutMs} ms; ending anyway`);
    process.exit(1);
  }, config.shutdownTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
  process.exit(0);
}

function once(action: () => Promise<void>): () => void {
  let started = false;
  return () => {
    if (started) return;
    started = true;
    action().catch((error: unknown) => {
      process.stderr.write(`shutdown failed: ${String(error)}\n`);
      process.exit(1);
    });
  };
}
