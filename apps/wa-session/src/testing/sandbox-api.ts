/** A message as a person sees it. */
export interface ShownMessage {
  id: string;
  text: string;
  timesReceived: number;
  media?: { kind: string; mimeType: string; fileName?: string; size?: number; sha256?: string };
}

/** The control API of a running sandbox, as far as these tests use it. */
export class SandboxApi {
  constructor(readonly url: string) {}

  get webSocketUrl(): string {
    return `${this.url.replace('http', 'ws')}/ws/chat`;
  }

  scan(qr: string, phone: string): Promise<unknown> {
    return this.post('/pairings', { qr, phone, name: 'Amina' });
  }

  enterCode(code: string, phone: string): Promise<unknown> {
    return this.post('/pairings', { code, phone, name: 'Amina' });
  }

  /** A person writes to an account. */
  write(from: string, to: string, text?: string, more: object = {}): Promise<{ id: string }> {
    return this.post(`/contacts/${from}/messages`, { to, text, ...more }) as Promise<{ id: string }>;
  }

  /** The owner writes on their own phone. */
  writeAsOwner(account: string, to: string, text: string, more: object = {}): Promise<{ id: string }> {
    return this.post(`/accounts/${account}/messages`, { to, text, ...more }) as Promise<{ id: string }>;
  }

  /** @returns its JID */
  async createGroup(participants: string[]): Promise<string> {
    const { jid } = (await this.post('/groups', { subject: 'Team', participants })) as { jid: string };
    return jid;
  }

  async changeGroup(group: string, change: object): Promise<void> {
    await this.call('PATCH', `/groups/${group}`, change);
  }

  writeToGroup(group: string, from: string, text: string): Promise<{ id: string }> {
    return this.post(`/groups/${group}/messages`, { from, text }) as Promise<{ id: string }>;
  }

  /** A person's phone asks an account's devices to encrypt a message again. */
  async askAgain(contact: string, account: string, id: string, withKeys: boolean): Promise<void> {
    await this.post(`/contacts/${contact}/retry`, { from: account, id, withKeys });
  }

  /** The owner's phone tells the account's devices what it shows. */
  async shareHistory(account: string): Promise<void> {
    await this.post(`/accounts/${account}/history`, {});
  }

  async setContact(phone: string, settings: object): Promise<void> {
    await this.call('PUT', `/contacts/${phone}`, settings);
  }

  async fault(account: string, fault: object): Promise<void> {
    await this.post(`/accounts/${account}/faults`, fault);
  }

  /** Something breaks for all accounts. */
  async networkFault(fault: object): Promise<void> {
    await this.post('/network/faults', fault);
  }

  /** An account's linked devices, as the network sees them. */
  account(
    phone: string,
  ): Promise<{ devices: Array<{ state: string; queued: { messages: number; receipts: number } }> }> {
    return this.call('GET', `/accounts/${phone}`) as never;
  }

  /** What a person's phone shows. */
  async shown(phone: string): Promise<ShownMessage[]> {
    const messages = await this.call('GET', `/contacts/${phone}/messages`);
    return (Array.isArray(messages) ? messages : (messages as { items: unknown[] }).items) as never;
  }

  async journal(): Promise<Array<{ kind: string; [field: string]: unknown }>> {
    return ((await this.call('GET', '/journal?after=0&limit=10000')) as { items: never[] }).items;
  }

  private post(path: string, body: object): Promise<unknown> {
    return this.call('POST', path, body);
  }

  private async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }
}
