import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningSandbox } from './testing/running-sandbox.js';

describe('the control API', () => {
  let sandbox: RunningSandbox;

  beforeAll(async () => {
    sandbox = await RunningSandbox.start({ autoContacts: false });
  });
  afterAll(() => sandbox.stop());

  it('creates a contact and changes what is given, with and without the + of the number', async () => {
    const created = await sandbox.ask('PUT', '/contacts/4915200000001', {
      name: 'Ada',
      lid: '123456789@lid',
    });
    expect(created).toEqual({
      phone: '+4915200000001',
      lid: '123456789',
      name: 'Ada',
      onWhatsApp: true,
      online: true,
      readsMessages: false,
      addressing: 'pn',
    });
    await sandbox.ask('PUT', '/contacts/+4915200000001', { readsMessages: true });
    expect(await sandbox.ask('GET', '/contacts/4915200000001')).toEqual({
      ...(created as object),
      readsMessages: true,
    });
    expect(await sandbox.messages('4915200000001')).toEqual([]);
  });

  it.each([
    ['PUT', '/contacts/hello', {}, 400, 'no phone number'],
    ['PUT', '/contacts/4915200000001', { online: 'yes' }, 400, 'online must be a boolean'],
    ['PUT', '/contacts/4915200000001', { colour: 'red' }, 400, 'colour should not exist'],
    ['PUT', '/contacts/4915200000002', { lid: '123456789' }, 409, 'belongs to +4915200000001'],
    ['GET', '/contacts/4915299999999/messages', undefined, 404, 'PUT /contacts/+4915299999999'],
    ['POST', '/contacts/4915200000001/messages', { to: '1', text: '' }, 400, 'text must be longer'],
    [
      'POST',
      '/contacts/4915200000001/messages',
      { to: 'nobody', text: 'x' },
      400,
      'to must be an international phone',
    ],
    [
      'POST',
      '/contacts/4915200000001/messages',
      { to: '+491', text: 'x' },
      404,
      'Link a device to it with POST /pairings',
    ],
    ['POST', '/accounts/4915200000001/messages', { to: '+491', text: 'x' }, 404, 'is no account'],
    ['GET', '/accounts/4915200000001', undefined, 404, 'is no account'],
    ['POST', '/accounts/4915200000001/faults', { kind: 'disconnect' }, 404, 'is no account'],
    ['POST', '/network/faults', { kind: 'earthquake' }, 400, 'kind must be one of disconnect'],
    ['POST', '/pairings', { phone: '+491' }, 400, 'qr must be the text of the QR'],
    ['POST', '/pairings', { qr: 'a', code: '12345678', phone: '+491' }, 400, 'send either qr or code'],
    ['POST', '/pairings', { code: '12345678', phone: '+491' }, 404, 'Request a code for this number first'],
    ['GET', '/journal?limit=0', undefined, 400, 'limit must not be less than 1'],
    ['GET', '/nothing', undefined, 404, '/nothing'],
  ])('%s %s with %j is a %i that says what to do', async (method, path, body, status, sentence) => {
    const answer = await sandbox.call<{ detail: string }>(method, path, body);
    expect(answer).toEqual({
      status,
      body: {
        type: 'about:blank',
        title: expect.any(String),
        status,
        detail: expect.stringContaining(sentence),
        errors: expect.any(Array),
      },
    });
  });

  it('answers a body that is no JSON with a problem, too', async () => {
    const response = await fetch(`http://127.0.0.1:${sandbox.port}/pairings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 400, title: 'Bad Request' });
  });

  it('is live and ready', async () => {
    expect(await sandbox.ask('GET', '/health/live')).toMatchObject({ status: 'ok' });
    expect(await sandbox.ask('GET', '/health/ready')).toMatchObject({ status: 'ok', checks: { data: 'ok' } });
  });

  it('pages through the journal', async () => {
    await sandbox.ask('POST', '/network/faults', { kind: 'delay', ms: 0 });
    await sandbox.ask('POST', '/network/faults', { kind: 'clear' });
    const page = await sandbox.ask<{ items: { seq: number }[]; nextAfter: number }>(
      'GET',
      '/journal?limit=1',
    );
    expect(page.items).toEqual([
      { seq: page.nextAfter, at: expect.any(String), kind: 'fault', fault: 'delay', ms: 0 },
    ]);
    const next = await sandbox.ask('GET', `/journal?after=${page.nextAfter}`);
    expect(next).toMatchObject({ items: [{ kind: 'fault', fault: 'clear' }], nextAfter: page.nextAfter + 1 });
    expect(await sandbox.ask('GET', `/journal?after=${page.nextAfter + 1}`)).toEqual({
      items: [],
      nextAfter: page.nextAfter + 1,
    });
  });

  it('refuses WebSockets elsewhere than at /ws/chat', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${sandbox.port}/elsewhere`);
    await new Promise((resolve) => (socket.onerror = resolve));
    expect(socket.readyState).toBe(WebSocket.CLOSED);
  });
});
