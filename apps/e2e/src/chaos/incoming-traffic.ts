import { JsonApi } from '../json-api.js';
import type { Population } from './population.js';
import type { Random } from './random.js';

/** A message that an account must record. */
export interface Written {
  account: string;
  id: string;
  text: string;
  sort: 'direct' | 'group' | 'own phone';
}

/** People write on their phones: to accounts, to groups, and owners of accounts themselves. */
export class IncomingTraffic {
  readonly written: Written[] = [];
  private readonly sandbox: JsonApi;
  private readonly underWay = new Set<Promise<void>>();
  private count = 0;

  constructor(
    sandboxUrl: string,
    private readonly population: Population,
    private readonly random: Random,
  ) {
    this.sandbox = new JsonApi(sandboxUrl);
  }

  /** Begins to write one message. */
  writeOne(): void {
    const dice = this.random.next();
    const write: Promise<unknown> =
      dice < 0.7 ? this.direct() : dice < 0.85 ? this.toGroup() : this.onOwnPhone();
    const tracked = write.then(() => void this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }

  async settle(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Somebody writes to an account. */
  async direct(): Promise<Written> {
    const { accounts, contacts } = this.population;
    const [account, contact] = [this.random.oneOf(accounts), this.random.oneOf(contacts)];
    const text = this.newText(contact);
    const { id } = await this.post(`/contacts/${contact}/messages`, { to: account, text });
    const written = { account, id, text, sort: 'direct' as const };
    this.written.push(written);
    return written;
  }

  private async toGroup(): Promise<void> {
    const { jid, accounts, contacts } = this.random.oneOf(this.population.groups);
    const contact = this.random.oneOf(contacts);
    const text = this.newText(contact);
    const { id } = await this.post(`/groups/${jid}/messages`, { from: contact, text });
    for (const account of accounts) this.written.push({ account, id, text, sort: 'group' });
  }

  private async onOwnPhone(): Promise<void> {
    const { accounts, contacts } = this.population;
    const [account, contact] = [this.random.oneOf(accounts), this.random.oneOf(contacts)];
    const text = this.newText(account);
    const { id } = await this.post(`/accounts/${account}/messages`, { to: contact, text });
    this.written.push({ account, id, text, sort: 'own phone' });
  }

  private newText(writer: string): string {
    return `${writer} writes #${this.count++}`;
  }

  private post(path: string, body: object): Promise<{ id: string }> {
    return this.sandbox.post(path, body);
  }
}
