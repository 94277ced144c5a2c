import { describe, expect, it } from '@jest/globals';
import { progressOf, type Situation } from './progress.js';

const empty: Situation = { accounts: [], balance: 0, inboundUrl: null, chats: [] };
const lastMessage = (state: 'queued' | 'delivered' | 'received') =>
  ({
    direction: state === 'received' ? 'received' : 'sent',
    text: 'Hi',
    attachmentName: null,
    state,
  }) as const;

describe('the first steps', () => {
  it('are all ahead of an empty workspace', () => {
    expect(Object.values(progressOf(empty))).toEqual([false, false, false, false, false]);
  });

  it('are done one by one', () => {
    const linked: Situation = { ...empty, accounts: [{ state: 'connected' }] };
    expect(progressOf(linked)).toMatchObject({ linked: true, funded: false });
    const ready: Situation = { ...linked, balance: 100, inboundUrl: 'https://in.example/x' };
    expect(progressOf(ready)).toMatchObject({ funded: true, hasUrl: true, sent: false });
    const sent: Situation = { ...ready, balance: 0, chats: [{ lastMessage: lastMessage('queued') }] };
    expect(progressOf(sent)).toMatchObject({ funded: true, sent: true, delivered: false });
  });

  it.each(['delivered', 'received'] as const)('end when the last message of a chat is %s', (state) => {
    expect(progressOf({ ...empty, chats: [{ lastMessage: lastMessage(state) }] }).delivered).toBe(true);
  });
});
