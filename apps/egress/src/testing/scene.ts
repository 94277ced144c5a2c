import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { createTestDatabase, eventually, WebhookReceiver, type TestDatabase } from '@waypost/testkit';
import type { EgressConfig } from '../egress.config.js';
import { EventRecorder } from '../recording/event-recorder.js';
import { startEgress, type RunningEgress } from './start-egress.js';
import { TestWorkspace } from './test-workspace.js';

/** Of the file: one egress over a database of its own. */
export let db: TestDatabase;
export let egress: RunningEgress;
/** Of the test: a workspace, and the receiver that it delivers to. */
export let receiver: WebhookReceiver;
export let workspace: TestWorkspace;

/** Sets the scene for the tests of a file; call it once, ahead of them. */
export function useEgress(change: Partial<EgressConfig> = {}): void {
  beforeAll(async () => {
    db = await createTestDatabase();
    egress = await startEgress(db.url, change);
  });
  afterAll(async () => {
    await egress?.close();
    await db?.drop();
  });
  beforeEach(async () => {
    receiver = await new WebhookReceiver().start();
    workspace = await anotherWorkspace();
  });
  afterEach(() => receiver.stop());
}

/** Delivers to the same receiver as the test's. */
export function anotherWorkspace(): Promise<TestWorkspace> {
  return TestWorkspace.create(db.pool, receiver.url, () => egress.get(EventRecorder).wake());
}

/** The process ends, something happens, and another one begins. */
export async function restartEgress(meanwhile: () => Promise<void>): Promise<void> {
  await egress.close();
  await meanwhile();
  egress = await startEgress(db.url);
}

export async function allRecorded(): Promise<void> {
  await eventually(async () => expect(await workspace.waiting()).toBe(0));
}
