import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@waypost/testkit';
import S3rver from 's3rver';
import type { AttachmentStore } from './attachment-store.js';
import { createAttachmentStore } from './create-attachment-store.js';
import { PostgresAttachmentStore } from './postgres-attachment-store.js';
import { S3AttachmentStore, type S3Options } from './s3-attachment-store.js';

const MAX_BYTES = 2_097_152;
/** The one access key that s3rver knows; it checks the key's name, not the signature of version 4. */
const CREDENTIALS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

let database: TestDatabase;
let directory: string;
let s3: S3rver;
let options: S3Options;

beforeAll(async () => {
  database = await createTestDatabase();
  directory = await mkdtemp(join(tmpdir(), 'waypost-s3-'));
  s3 = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'waypost', configs: [] }],
  });
  const { port } = await s3.run();
  options = {
    bucket: 'waypost',
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: CREDENTIALS,
  };
});
afterAll(async () => {
  await s3?.close();
  await rm(directory, { recursive: true, force: true });
  await database?.drop();
});

const stores: Record<string, () => AttachmentStore> = {
  Postgres: () => new PostgresAttachmentStore(database.pool),
  S3: () => new S3AttachmentStore(options),
};

describe.each(Object.entries(stores))('the attachment store in %s', (_name, open) => {
  let store: AttachmentStore;

  beforeAll(() => {
    store = open();
  });
  afterAll(() => store.close());

  it('gives back the bytes that were put, to the last one', async () => {
    const content = randomBytes(MAX_BYTES);
    const id = randomUUID();
    await store.put(id, content);
    const kept = await store.get(id);
    expect(kept?.length).toBe(MAX_BYTES);
    expect(createHash('sha256').update(kept!).digest()).toEqual(
      createHash('sha256').update(content).digest(),
    );
  });

  it('keeps the latest content when a file is put again', async () => {
    const id = randomUUID();
    await store.put(id, Buffer.from('first'));
    await store.put(id, Buffer.from('second'));
    expect((await store.get(id))?.toString()).toBe('second');
  });

  it('has nothing of a file that was never put', async () => {
    expect(await store.get(randomUUID())).toBeUndefined();
  });

  it('deletes what it is told, twice without complaint, and nothing else', async () => {
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const kept = randomUUID();
    for (const id of [...ids, kept]) await store.put(id, Buffer.from(id));
    await store.delete(ids);
    await store.delete([...ids, randomUUID()]);
    await store.delete([]);
    expect(await Promise.all(ids.map((id) => store.get(id)))).toEqual(ids.map(() => undefined));
    expect((await store.get(kept))?.toString()).toBe(kept);
  });
});

describe('S3 that fails', () => {
  it('rejects when it does not know the access key', async () => {
    const store = new S3AttachmentStore({
      ...options,
      credentials: { accessKeyId: 'NOBODY', secretAccessKey: 'S3RVER' },
    });
    await expect(store.put(randomUUID(), Buffer.from('x'))).rejects.toThrow(/access key/i);
    await store.close();
  });

  it('rejects when the bucket is not there, instead of saying that the file is not', async () => {
    const store = new S3AttachmentStore({ ...options, bucket: 'nowhere' });
    await expect(store.get(randomUUID())).rejects.toThrow(/bucket/i);
    await store.close();
  });

  it.each([
    ['never answers', ''],
    ['stops in the middle of a file', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'],
  ])('is given up at the deadline when it %s', async (_what, answer) => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => answer && socket.write(answer));
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const store = new S3AttachmentStore({
      ...options,
      endpoint: `http://127.0.0.1:${port}`,
      deadlineMs: 200,
    });
    const startedAt = performance.now();
    await expect(store.get(randomUUID())).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await store.close();
    for (const socket of sockets) socket.destroy();
    silent.close();
    await once(silent, 'close');
  });
});

describe('the configured store', () => {
  const settings = { s3Bucket: 'waypost', s3Region: 'us-east-1', s3ForcePathStyle: true };

  it('is Postgres or S3', async () => {
    const postgres = createAttachmentStore({ ...settings, attachmentStore: 'postgres' }, database.pool);
    const bucket = createAttachmentStore({ ...settings, attachmentStore: 's3' }, database.pool);
    expect(postgres).toBeInstanceOf(PostgresAttachmentStore);
    expect(bucket).toBeInstanceOf(S3AttachmentStore);
    await bucket.close();
  });
});
