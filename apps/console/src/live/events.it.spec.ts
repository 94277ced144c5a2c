import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { CHANGE_TOPICS, type ChangeTopic } from '@waypost/contracts';
import { Messenger, WorkspaceChanges } from '@waypost/messaging';
import { eventually, OwnNats } from '@waypost/testkit';
import { ConsoleUnderTest, type Person } from '../testing/console-under-test.js';

const nats = await OwnNats.start();
const api = await ConsoleUnderTest.start({ natsUrl: nats.url });
const messenger = new Messenger(nats.url, 'another service');
const elsewhere = new WorkspaceChanges(messenger);

const opened: LivePage[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((page) => page.close()));
});
afterAll(async () => {
  await messenger.close();
  await api.stop();
  await nats.stop();
});

/** What a page hears. */
class LivePage {
  readonly heard: ChangeTopic[][] = [];
  ended = false;
  private readonly abort = new AbortController();

  static async open({ token }: Person): Promise<LivePage> {
    const page = new LivePage();
    const response = await fetch(`${api.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: page.abort.signal,
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    void page.read(response.body!);
    opened.push(page);
    await eventually(() => expect(page.heard).toEqual([CHANGE_TOPICS]));
    return page;
  }

  async close(): Promise<void> {
    this.abort.abort();
    await eventually(() => expect(this.ended).toBe(true));
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    try {
      for await (const chunk of body) {
        text += Buffer.from(chunk).toString('utf8');
        const events = text.split('\n\n');
        text = events.pop()!;
        for (const event of events) {
          if (event.includes('event: changed'))
            this.heard.push(JSON.parse(/^data: (.*)$/m.exec(event)![1]!).topics);
        }
      }
    } catch {
      // It was closed from here, or cut.
    }
    this.ended = true;
  }
}

describe('a page that follows what changes', () => {
  it('hears first that everything may have changed, then what did', async () => {
    const { id, owner } = await api.workspace();
    const page = await LivePage.open(owner);
    // The subscription is made while the first event is on its way.
    await eventually(() => {
      elsewhere.tell(id, 'chats', 'credits');
      expect(page.heard).toContainEqual(['chats', 'credits']);
    });
  });

  it('hears what another member changes, and nothing of what is only read or refused', async () => {
    const { owner, teammate } = await api.workspace();
    const page = await LivePage.open(teammate);
    await eventually(async () => {
      await api.call('GET', '/api/v1/accounts', { token: owner.token });
      await api.call('PATCH', '/api/v1/outbound-webhook', { token: owner.token, body: { url: 1 } });
      await api.call('POST', '/api/v1/credits/grants', {
        token: owner.token,
        body: { amount: 5, note: 'Welcome' },
      });
      expect(page.heard).toContainEqual(['credits']);
    });
    expect(
      page.heard
        .slice(1)
        .flat()
        .filter((topic) => topic !== 'credits'),
    ).toEqual([]);
  });

  it('hears nothing of other workspaces', async () => {
    const [mine, others] = [await api.workspace(), await api.workspace()];
    const [page, theirs] = [await LivePage.open(mine.owner), await LivePage.open(others.owner)];
    await eventually(() => {
      elsewhere.tell(others.id, 'chats');
      expect(theirs.heard).toContainEqual(['chats']);
    });
    expect(page.heard).toEqual([CHANGE_TOPICS]);
  });

  it('hears that everything may have changed when NATS was away', async () => {
    const { owner } = await api.workspace();
    const page = await LivePage.open(owner);
    await nats.restart();
    await eventually(() => expect(page.heard).toEqual([CHANGE_TOPICS, CHANGE_TOPICS]), { withinMs: 20_000 });
  });

  it('is told to come back later when too many are open', async () => {
    const { owner } = await api.workspace();
    const abort = new AbortController();
    const follow = () =>
      fetch(`${api.url}/api/v1/events`, {
        headers: { authorization: `Bearer ${owner.token}` },
        signal: abort.signal,
      });
    const answers = [];
    for (let count = 0; count < 201; count++) answers.push(await follow());
    const last = answers.at(-1)!;
    expect([last.status, last.headers.get('retry-after')]).toEqual([429, '30']);
    expect(await last.json()).toMatchObject({ title: 'Too many open pages' });
    abort.abort();
    await eventually(async () => {
      const again = await api.call('GET', '/api/v1/events', { token: owner.token });
      expect(again.status).toBe(200);
    });
  });

  it('does not keep the service from stopping', async () => {
    const other = await ConsoleUnderTest.start({ natsUrl: nats.url });
    const { owner } = await other.workspace();
    const response = await fetch(`${other.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${owner.token}` },
    });
    await other.stop();
    expect(await response.text()).toContain('event: changed');
  });
});
