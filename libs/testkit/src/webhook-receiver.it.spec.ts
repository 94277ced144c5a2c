import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebhookReceiver } from './webhook-receiver.js';

describe('WebhookReceiver', () => {
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = await new WebhookReceiver().start();
  });

  afterEach(() => receiver.stop());

  function post(path: string, body: unknown): Promise<Response> {
    return fetch(receiver.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  it('records what arrives, as it arrived', async () => {
    await post('/hook?x=1', { text: 'grüezi' });
    const [request] = await receiver.waitForRequests(1);
    expect(request).toMatchObject({ method: 'POST', path: '/hook?x=1', json: { text: 'grüezi' } });
    expect(request?.rawBody).toEqual(Buffer.from('{"text":"grüezi"}'));
    expect(request?.headers['content-type']).toBe('application/json');
  });

  it('answers 200 unless told otherwise, and a queued answer goes first, once', async () => {
    receiver.answer((request) => ({ status: 201, body: { path: request.path } }));
    receiver.answerNext({ status: 503, headers: { 'retry-after': '7' }, body: 'busy' });
    const busy = await post('/a', {});
    expect([busy.status, busy.headers.get('retry-after'), await busy.text()]).toEqual([503, '7', 'busy']);
    const created = await post('/b', {});
    expect([created.status, await created.json()]).toEqual([201, { path: '/b' }]);
  });

  it('holds an answer back until told, with the request recorded before', async () => {
    let release!: () => void;
    receiver.answerNext({ after: new Promise<void>((resolve) => (release = resolve)) });
    let answered = false;
    const response = post('/slow', {}).finally(() => (answered = true));
    await receiver.waitForRequests(1);
    expect(answered).toBe(false);
    release();
    expect((await response).status).toBe(200);
  });

  it('can cut the connection instead of answering', async () => {
    receiver.answerNext({ disconnect: true });
    await expect(post('/cut', {})).rejects.toThrow('fetch failed');
  });

  it('says how many arrived when too few did', async () => {
    await post('/one', {});
    await expect(receiver.waitForRequests(2, 100)).rejects.toThrow('1 of 2 requests arrived');
  });

  it('stops although an answer is held back for ever', async () => {
    receiver.answerNext({ after: new Promise(() => undefined) });
    const cut = expect(post('/held', {})).rejects.toThrow('fetch failed');
    await receiver.waitForRequests(1);
    await receiver.stop();
    await cut;
  });
});
