/** What tools/test.mjs tells the tests about the servers that it started. */
interface TestEnvironment {
  postgresUrl?: string;
  natsUrl?: string;
  /** A migrated database on that Postgres, from which each test's own database is cloned. */
  templateDatabase?: string;
  /** Where a downloaded nats-server is kept. */
  cacheDir?: string;
}

export function testEnvironment(): TestEnvironment {
  return {
    postgresUrl: process.env['TEST_POSTGRES_URL'] || undefined,
    natsUrl: process.env['TEST_NATS_URL'] || undefined,
    templateDatabase: process.env['TEST_TEMPLATE_DATABASE'] || undefined,
    cacheDir: process.env['TEST_CACHE_DIR'] || undefined,
  };
}

/** @throws when tests run without the servers that `node tools/test.mjs` starts */
export function fromRunner(key: keyof TestEnvironment): string {
  const value = testEnvironment()[key];
  if (!value)
    throw new Error('This test needs the test servers: run it with "node tools/test.mjs <project>".');
  return value;
}

/** URL of the NATS server that all tests share: hints of others come by, and what services listen to needs an `OwnNats`. */
export function natsUrl(): string {
  return fromRunner('natsUrl');
}
