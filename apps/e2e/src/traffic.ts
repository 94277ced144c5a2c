import { publicMessageId } from '@waypost/kernel';
import { eventually } from '@waypost/testkit';
import type { Chat, JournalEntry, LedgerEntry, Message, ShownMessage } from './api-types.js';
import { NoAnswerError } from './json-api.js';
import type { Standalone } from './standalone.js';

/** A message that was asked for. */
export interface Asked {
  account: string;
  contact: string;
  /** Its place among those of its chat, from 0; stands in the text. */
  number: number;
  text: string;
  /** As answered; undefined when there was no answer, so that nobody knows whether it was accepted. */
  messageId?: string;
}

/** Sends numbered messages from several accounts to several contacts, and tells what became of them. */
export class Traffic {
  readonly asked: Asked[] = [];
  private readonly numbers = new Map<string, number>();

  /** @param accounts @param contacts phones without `+` */
  constructor(
    private readonly standalone: Standalone,
    private readonly accounts: string[],
    private readonly contacts: string[],
  ) {}

  /** Makes the people to write to. */
  async meetContacts(): Promise<void> {
    await Promise.all(
      this.contacts.map((contact) => this.standalone.sandbox.put(`/contacts/${contact}`, {})),
    );
  }

  get accepted(): Asked[] {
    return this.asked.filter(({ messageId }) => messageId !== undefined);
  }

  /** Asks for so many messages: those of one chat one after the other, the chats side by side. */
  async ask(count: number): Promise<void> {
    const chats = this.accounts.flatMap((account) => this.contacts.map((contact) => ({ account, contact })));
    let left = count;
    await Promise.all(
      chats.map(async (chat) => {
        while (left-- > 0) await this.askOne(chat);
      }),
    );
  }

  private async askOne({ account, contact }: { account: string; contact: string }): Promise<void> {
    const chat = `${account}>${contact}`;
    const number = this.numbers.get(chat) ?? 0;
    this.numbers.set(chat, number + 1);
    const one: Asked = { account, contact, number, text: `${chat} #${number}` };
    this.asked.push(one);
    one.messageId = await this.standalone
      .send({ whatsapp_account_phone: `+${account}`, phone: `+${contact}`, text: one.text })
      .catch((error: unknown) => {
        // Killed while it worked on the request; a refusal would be an answer.
        if (error instanceof NoAnswerError) return undefined;
        throw error;
      });
  }

  /** What all contacts' phones show, each in its order. */
  async shown(): Promise<ShownMessage[]> {
    const screens = this.contacts.map((contact) =>
      this.standalone.sandbox.get<ShownMessage[]>(`/contacts/${contact}/messages`),
    );
    return (await Promise.all(screens)).flat();
  }

  async waitUntilAccepted(count: number): Promise<void> {
    await eventually(() => this.accepted.length >= count, { everyMs: 1 });
  }

  async waitUntilShown(count: number, withinMs: number): Promise<void> {
    await eventually(
      async () => {
        const { length } = await this.shown();
        if (length < count) throw new Error(`${length} of ${count} messages are shown`);
      },
      { withinMs, everyMs: 200 },
    );
  }

  /** Resolves when each accepted message is shown and the console knows that it was delivered. */
  async waitUntilDelivered(withinMs: number): Promise<void> {
    await eventually(
      async () => {
        const ids = new Set((await this.shown()).map(({ id }) => publicMessageId(id)));
        const missing = this.accepted.filter(({ messageId }) => !ids.has(messageId!));
        if (missing.length > 0) {
          throw new Error(
            `${missing.length} of ${this.accepted.length} are not shown, as "${missing[0]!.text}"`,
          );
        }
        const open = (await this.recorded()).filter(({ state }) => state !== 'delivered' && state !== 'read');
        if (open.length > 0)
          throw new Error(`${open.length} are not known to be delivered, as ${open[0]!.state}`);
      },
      { withinMs, everyMs: 500 },
    );
  }

  /** The messages of all chats as the console shows them. */
  async recorded(): Promise<Message[]> {
    const chats = await this.standalone.console.list<Chat>('/chats');
    const messages: Message[] = [];
    for (const { id } of chats)
      messages.push(...(await this.standalone.console.list<Message>(`/chats/${id}/messages`)));
    return messages;
  }

  ledger(): Promise<LedgerEntry[]> {
    return this.standalone.console.list<LedgerEntry>('/credits/ledger');
  }

  /** Everything that the sandbox saw. */
  async journal(): Promise<JournalEntry[]> {
    const entries: JournalEntry[] = [];
    for (let after = 0; ;) {
      const page = await this.standalone.sandbox.get<{ items: JournalEntry[]; nextAfter: number }>(
        `/journal?limit=10000&after=${after}`,
      );
      if (page.items.length === 0) return entries;
      entries.push(...page.items);
      after = page.nextAfter;
    }
  }
}

/** By account, the times in milliseconds between two sends that follow each other. */
export function gapsOf(journal: JournalEntry[], account: string): number[] {
  const times = journal
    .filter(({ kind, phone }) => kind === 'message_from_device' && phone === `+${account}`)
    .map(({ at }) => Date.parse(at));
  return times.slice(1).map((time, index) => time - times[index]!);
}
