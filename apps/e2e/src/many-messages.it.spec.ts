import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicMessageId } from '@waypost/kernel';
import { SERVICES, Standalone } from './standalone.js';
import { gapsOf, Traffic } from './traffic.js';

/** Longer than a send takes, also on a busy machine: at pace 0 gaps of 76 ms were seen. */
const PACE_MIN_MS = 150;
const ACCOUNTS = ['14155550100', '14155550101', '14155550102'];
const MESSAGES = 200;
/** Messages that are under way when a service is killed. */
const PER_KILL = Math.ceil(MESSAGES / SERVICES.length);

describe('200 messages to 5 contacts over 3 accounts', () => {
  let standalone: Standalone;

  beforeAll(async () => {
    const pace = { SEND_PACE_MIN_MS: String(PACE_MIN_MS), SEND_PACE_MAX_MS: '200' };
    standalone = await Standalone.start({ env: pace });
    await standalone.linkAccount(ACCOUNTS[1]!, 'Second Owner');
    await standalone.linkAccount(ACCOUNTS[2]!, 'Third Owner');
  }, 150_000);

  afterAll(() => standalone?.stop(), 60_000);

  /** Each once on its phone, in order within its chat, no two sends of an account too close, every credit accounted for. */
  async function expectAllIsWell(traffic: Traffic, balanceBefore: number): Promise<void> {
    const shown = await traffic.shown();
    const texts = shown.map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    for (const { messageId, text } of traffic.accepted) {
      expect(shown.filter(({ id }) => publicMessageId(id) === messageId).map((one) => one.text)).toEqual([
        text,
      ]);
    }

    const numbers = new Map<string, number[]>();
    for (const text of texts) {
      const [chat, number] = text.split(' #') as [string, string];
      numbers.set(chat, [...(numbers.get(chat) ?? []), Number(number)]);
    }
    for (const inChat of numbers.values()) expect(inChat).toEqual([...inChat].sort((a, b) => a - b));

    const journal = await traffic.journal();
    for (const account of ACCOUNTS) {
      // Times in the journal are cut to milliseconds.
      expect(Math.min(...gapsOf(journal, account))).toBeGreaterThanOrEqual(PACE_MIN_MS - 1);
    }

    const ours = new Set(
      (await traffic.recorded()).filter(({ text }) => texts.includes(text)).map((m) => m.messageId),
    );
    const ledger = await traffic.ledger();
    const { balance } = await standalone.console.get<{ balance: number }>('/credits');
    expect(ledger.reduce((sum, { delta }) => sum + delta, 0)).toBe(balance);
    expect(ledger.filter(({ reason }) => reason === 'refund')).toEqual([]);
    expect(ledger.filter(({ messageId }) => messageId && ours.has(messageId))).toHaveLength(ours.size);
    expect(balance).toBe(balanceBefore - ours.size);
    expect(ours.size).toBe(texts.length);
  }

  it('arrive once each, in order and at the pace, although each service is killed in the middle', async () => {
    const contacts = ['14155550301', '14155550302', '14155550303', '14155550304', '14155550305'];
    const { balance } = await standalone.console.get<{ balance: number }>('/credits');
    const traffic = new Traffic(standalone, ACCOUNTS, contacts);
    await traffic.meetContacts();
    for (const service of SERVICES) {
      const before = { accepted: traffic.accepted.length, shown: (await traffic.shown()).length };
      const asking = traffic.ask(PER_KILL);
      // Ingress has done its part long before the rest is half way.
      if (service === 'ingress') await traffic.waitUntilAccepted(before.accepted + 5);
      else await traffic.waitUntilShown(before.shown + 3, 45_000);
      const killed = await standalone.kill(service);
      await asking;
      await standalone.restarted(service, killed);
    }
    expect(traffic.asked.length).toBeGreaterThanOrEqual(MESSAGES);
    expect(traffic.accepted.length).toBeGreaterThan(MESSAGES - PER_KILL);
    await traffic.waitUntilDelivered(90_000);
    await expectAllIsWell(traffic, balance);
  }, 300_000);
});
