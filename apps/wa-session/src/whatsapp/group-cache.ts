import type { GroupMetadata } from '@whiskeysockets/baileys';
import { SendRefused } from '../sessions/send-refused.js';

const MOST_GROUPS = 500;
/** Of WhatsApp's answers: not allowed, not there, gone. */
const NOT_A_MEMBER = [401, 403, 404, 406, 410];
const TOO_OFTEN = 429;

export type AskAboutGroup = (jid: string) => Promise<GroupMetadata>;

/**
 * What an account's groups are and who is in them, over all connections of its session: asked once, not with every message, which WhatsApp
 * answers with a rate limit.
 */
export class GroupCache {
  private readonly groups = new Map<string, Promise<GroupMetadata>>();

  has(jid: string): boolean {
    return this.groups.has(jid);
  }

  /**
   * @param ask asks WhatsApp, where nothing is known
   * @throws SendRefused when the account cannot write to the group; or whatever the question fails with
   */
  async get(jid: string, ask: AskAboutGroup): Promise<GroupMetadata> {
    const known = this.groups.get(jid) ?? this.remember(jid, ask);
    try {
      return await known;
    } catch (error) {
      if (this.groups.get(jid) === known) this.groups.delete(jid);
      const code = Number((error as { data?: unknown }).data);
      if (NOT_A_MEMBER.includes(code)) {
        throw new SendRefused('not_in_group', 'This account is not a member of the group');
      }
      if (code >= 400 && code < 500 && code !== TOO_OFTEN) {
        throw new SendRefused('group_refused', `WhatsApp does not know such a group (${code})`);
      }
      throw error;
    }
  }

  /** Something about the group changed. */
  forget(jid: string | undefined): void {
    if (jid !== undefined) this.groups.delete(jid);
  }

  private remember(jid: string, ask: AskAboutGroup): Promise<GroupMetadata> {
    const answer = ask(jid);
    this.groups.set(jid, answer);
    if (this.groups.size > MOST_GROUPS) this.groups.delete(this.groups.keys().next().value!);
    return answer;
  }
}
