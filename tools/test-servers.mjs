import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './bootstrap.mjs';

const TEMPLATE = `waypost_template_${process.pid}`;

/**
 * Starts Postgres and NATS and prepares the database from which each test clones its own.
 *
 * @param {{ durable: boolean }} options
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} what the tests find in their environment
 */
export async function startTestServers({ durable }) {
  const testkit = await built('libs/testkit');
  const cacheDir = join(root, '.cache');
  const servers = await testkit.startTestServers({
    cacheDir,
    durable,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const template = await testkit.createTemplateDatabase(servers.postgresUrl, TEMPLATE);
    await (await built('libs/persistence')).migrate(template.url);
    return {
      env: {
        TEST_POSTGRES_URL: servers.postgresUrl,
        TEST_NATS_URL: servers.natsUrl,
        TEST_TEMPLATE_DATABASE: TEMPLATE,
        TEST_CACHE_DIR: cacheDir,
      },
      stop: async () => {
        await template.drop();
        await servers.stop();
      },
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

function built(project) {
  return import(pathToFileURL(join(root, project, 'dist', 'index.js')).href);
}
