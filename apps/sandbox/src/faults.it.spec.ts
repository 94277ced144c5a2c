import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';
import { TestDevice } from './testing/test-device.js';
import { eventually } from './testing/waiting.js';

describe('faults', () => {
  let sandbox: RunningSandbox;
  let device: TestDevice;
  const owner = '+4915100000001';
  const contact = '+4915200000001';

  beforeAll(async () => {
    sandbox = await RunningSandbox.start();
    device = await new TestDevice(sandbox).linkByQr(owner);
  });

  afterAll(async () => {
    await device?.stop();
    await sandbox.stop();
  });

  const acksOf = (id: string) => device.acks.filter((ack) => ack.id === id);

  it.each([
    ['disconnect', 428],
    ['replaced', 440],
    ['unavailable', 503],
    ['restart_required', 515],
    ['banned', 403],
  ])('%s ends the connection with %i at Baileys, and the device may come back', async (kind, code) => {
    const closes = device.closes.length;
    expect(await sandbox.fault(owner, { kind })).toEqual({ connections: 1 });
    expect(await device.closed(closes + 1)).toBe(code);
    await device.open();
  });

  it('replaced is also what happens to a connection when the same device connects again', async () => {
    const older = device.socket;
    const codes: (number | undefined)[] = [];
    older.ev.on('connection.update', ({ lastDisconnect }) => {
      if (lastDisconnect)
        codes.push((lastDisconnect.error as { output?: { statusCode: number } }).output?.statusCode);
    });
    await device.open();
    await eventually(() => expect(codes).toEqual([440]));
  });

  it('reject_next refuses one message with the code, and nobody sees it', async () => {
    await sandbox.fault(owner, { kind: 'reject_next', code: 463 });
    const refused = await device.send(contact, 'refused');
    const passed = await device.send(contact, 'passed');
    await eventually(() => expect(acksOf(passed)).toHaveLength(1));
    expect(acksOf(refused)).toMatchObject([{ error: '463' }]);
    expect(acksOf(passed)[0]!.error).toBeUndefined();
    expect((await sandbox.messages(contact)).map(({ id }) => id)).toEqual([passed]);
  });

  it('new_chats_locked refuses messages to those who never wrote, until it ends, and says when that is', async () => {
    const friend = '+4915200000002';
    const stranger = '+4915200000003';
    const path = `/contacts/${friend}/messages`;
    const { id } = await sandbox.ask<{ id: string }>('POST', path, { to: owner, text: 'write to me' });
    await eventually(() => device.received.some(({ key }) => key.id === id));
    expect(await device.socket.fetchAccountReachoutTimelock()).toMatchObject({ isActive: false });

    const told: (boolean | undefined)[] = [];
    device.socket.ev.on('connection.update', ({ reachoutTimeLock }) => told.push(reachoutTimeLock?.isActive));
    const before = Date.now();
    await sandbox.fault(owner, { kind: 'new_chats_locked', seconds: 3_600 });
    await eventually(() => expect(told).toEqual([true]));
    const refused = await device.send(stranger, 'hello, stranger');
    const passed = await device.send(friend, 'hello, friend');
    await eventually(() => expect(acksOf(passed)).toHaveLength(1));
    expect(acksOf(refused)).toMatchObject([{ error: '463' }]);
    expect(acksOf(passed)[0]!.error).toBeUndefined();
    const { isActive, timeEnforcementEnds } = await device.socket.fetchAccountReachoutTimelock();
    expect(isActive).toBe(true);
    const seconds = (timeEnforcementEnds!.getTime() - before) / 1_000;
    expect(seconds).toBeGreaterThanOrEqual(3_600);
    expect(seconds).toBeLessThan(3_660);
    const group = { subject: 'All of us', participants: [owner, stranger] };
    const { jid } = await sandbox.ask<{ jid: string }>('POST', '/groups', group);
    const inGroup = await device.send(jid, 'hello, everybody');
    await sandbox.ask('POST', `/groups/${jid}/messages`, { from: stranger, text: 'hello, group' });
    await eventually(() => expect(acksOf(inGroup)).toHaveLength(1));
    const stillRefused = await device.send(stranger, 'you wrote to the group, not to me');
    await eventually(() => expect(acksOf(stillRefused)).toMatchObject([{ error: '463' }]));

    told.length = 0;
    await sandbox.fault(owner, { kind: 'new_chats_locked', seconds: 0 });
    await eventually(() => expect(told).toEqual([false]));
    const atLast = await device.send(stranger, 'at last');
    await eventually(() => expect(acksOf(atLast)).toHaveLength(1));
    expect(await device.socket.fetchAccountReachoutTimelock()).toMatchObject({ isActive: false });
    expect((await sandbox.messages(stranger)).map((message) => message.id)).toEqual([inGroup, atLast]);
    expect((await sandbox.messages(friend)).map((message) => message.id)).toEqual([passed]);
    expect(
      (await sandbox.call('POST', `/accounts/${owner}/faults`, { kind: 'new_chats_locked' })).status,
    ).toBe(400);
  });

  it('drop_acks loses the acks, not the messages', async () => {
    await sandbox.fault(owner, { kind: 'drop_acks', count: 1 });
    const silent = await device.send(contact, 'no ack');
    const marker = await device.send(contact, 'an ack');
    await eventually(() => expect(acksOf(marker)).toHaveLength(1));
    expect(acksOf(silent)).toEqual([]);
    expect((await sandbox.messages(contact)).map(({ id }) => id)).toEqual(
      expect.arrayContaining([silent, marker]),
    );
  });

  it('duplicate_next brings the next message to the device twice', async () => {
    await sandbox.fault(owner, { kind: 'duplicate_next' });
    const { id } = await sandbox.ask<{ id: string }>('POST', `/contacts/${contact}/messages`, {
      to: owner,
      text: 'twice',
    });
    await eventually(() =>
      expect(device.stanzas.filter(({ tag, attrs }) => tag === 'message' && attrs.id === id)).toHaveLength(2),
    );
  });

  it('delay makes everything from the server late, in order, until it is cleared', async () => {
    await device.send(contact, 'warm up');
    await sandbox.fault(owner, { kind: 'delay', ms: 300 });
    const before = performance.now();
    const id = await device.send(contact, 'slow');
    await eventually(() => expect(acksOf(id)).toHaveLength(1));
    expect(performance.now() - before).toBeGreaterThan(290);
    await sandbox.fault(owner, { kind: 'clear' });
    await eventually(() => device.updates.some(({ key }) => key.id === id));
  });

  it('half_open: the device believes that it is connected, but nothing passes', async () => {
    await sandbox.fault(owner, { kind: 'half_open' });
    const lost = await device.send(contact, 'lost');
    const { id } = await sandbox.ask<{ id: string }>('POST', `/contacts/${contact}/messages`, {
      to: owner,
      text: 'late',
    });
    expect(device.state).toBe('open');
    const closes = device.closes.length;
    device.tearDown();
    await device.closed(closes + 1);
    await device.open();
    await eventually(() => device.received.some(({ key }) => key.id === id));
    expect(acksOf(lost)).toEqual([]);
    expect((await sandbox.messages(contact)).map((message) => message.id)).not.toContain(lost);
  });

  it('client_too_old refuses every login of the network with 405 until it is cleared', async () => {
    await sandbox.ask('POST', '/network/faults', { kind: 'client_too_old' });
    const closes = device.closes.length;
    await sandbox.ask('POST', '/network/faults', { kind: 'disconnect' });
    await device.closed(closes + 1);
    device.connect();
    expect(await device.closed(closes + 2)).toBe(405);
    await sandbox.ask('POST', '/network/faults', { kind: 'clear' });
    await device.open();
  });

  it('logged_out ends the link for good', async () => {
    const closes = device.closes.length;
    await sandbox.fault(owner, { kind: 'logged_out' });
    expect(await device.closed(closes + 1)).toBe(401);
    expect((await sandbox.account(owner)).devices).toEqual([]);
    device.connect();
    expect(await device.closed(closes + 2)).toBe(401);
  });

  it('are all in the journal', async () => {
    const kinds = (await sandbox.journal('fault')).map((entry) => entry.fault);
    expect(kinds).toEqual(
      expect.arrayContaining(['disconnect', 'reject_next', 'delay', 'half_open', 'logged_out']),
    );
  });
});
