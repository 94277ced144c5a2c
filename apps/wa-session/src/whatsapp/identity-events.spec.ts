import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { GroupMetadata, WASocket } from '@whiskeysockets/baileys';
import { EventEmitter } from 'node:events';
import { newSessionMemory } from './bounded-cache.js';
import { IdentityEvents } from './identity-events.js';

const [PN, LID, GROUP] = ['1@s.whatsapp.net', '10@lid', '7@g.us'];

let told: [kind: string, event: object][];
let asked: string[];
let answer: (jid: string) => Promise<GroupMetadata>;
let ev: EventEmitter;
let identities: IdentityEvents;

beforeEach(() => {
  jest.useFakeTimers();
  [told, asked, ev] = [[], [], new EventEmitter()];
  answer = async (id) => ({ id, subject: `Subject of ${id}`, participants: [] }) as never;
  const { groups, told: memory } = newSessionMemory();
  identities = new IdentityEvents({
    store: {
      addEvent: ({ kind, event }) => void told.push([kind, JSON.parse(JSON.stringify(event)) as object]),
    },
    groups,
    told: memory,
    ask: (jid) => {
      asked.push(jid);
      return answer(jid);
    },
  });
  identities.listen(ev as unknown as WASocket['ev']);
});
afterEach(() => {
  identities.closed();
  jest.useRealTimers();
});

describe('people', () => {
  it('are told with both addresses and their names, from wherever these come', () => {
    ev.emit('lid-mapping.update', { lid: '10:3@lid', pn: PN });
    ev.emit('contacts.upsert', [{ id: '2@s.whatsapp.net', lid: '20@lid', name: 'Omar' }]);
    ev.emit('messaging-history.set', {
      contacts: [
        { id: '3@s.whatsapp.net', name: 'Ada' },
        { id: '4@s.whatsapp.net', notify: 'Bo' },
        { id: '5@lid' },
        { id: GROUP, name: 'Team' },
      ],
      lidPnMappings: [{ lid: '30@lid', pn: '3@s.whatsapp.net' }],
    });
    expect(told).toEqual([
      ['contact', { jid: LID, altJid: PN }],
      ['contact', { jid: '2@s.whatsapp.net', altJid: '20@lid', name: 'Omar' }],
      ['contact', { jid: '30@lid', altJid: '3@s.whatsapp.net' }],
      ['contact', { jid: '3@s.whatsapp.net', name: 'Ada' }],
      ['contact', { jid: '4@s.whatsapp.net', name: 'Bo' }],
      ['group', { jid: GROUP, subject: 'Team', participants: [] }],
    ]);
  });

  it('are not told again while nothing about them changes', () => {
    ev.emit('contacts.update', [{ id: PN, notify: 'Jane' }]);
    for (let times = 0; times < 2; times++) ev.emit('contacts.update', [{ id: PN, name: 'Jane' }]);
    ev.emit('contacts.update', [
      { id: PN, name: 'Jane S.' },
      { id: 'status@broadcast', name: 'x' },
      { name: 'x' },
    ]);
    expect(told.map(([, event]) => event)).toEqual([
      { jid: PN, name: 'Jane' },
      { jid: PN, name: 'Jane S.' },
    ]);
  });
});

describe('groups', () => {
  it('are told when they change, with the members whose both addresses are known', () => {
    ev.emit('groups.update', [{ id: GROUP, subject: 'Team' }]);
    ev.emit('groups.update', [{ id: GROUP, announce: true }]);
    ev.emit('group-participants.update', {
      id: GROUP,
      participants: [{ id: LID, phoneNumber: PN }, { id: '20@lid' }],
    });
    expect(told.map(([, event]) => event)).toEqual([
      { jid: GROUP, subject: 'Team', participants: [] },
      { jid: GROUP, participants: [{ jid: LID, altJid: PN }] },
    ]);
  });

  it('of which nothing is known are asked about, one after the other, once the connection is open', async () => {
    for (const jid of [GROUP, GROUP, '8@g.us', PN]) identities.sawChat(jid);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([]);
    identities.opened();
    await jest.advanceTimersByTimeAsync(500);
    expect(asked).toEqual([GROUP]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual([GROUP, '8@g.us']);
    identities.sawChat(GROUP);
    await identities.group(GROUP);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(asked).toHaveLength(2);
    expect(told.map(([, event]) => event)).toContainEqual({
      jid: GROUP,
      subject: `Subject of ${GROUP}`,
      participants: [],
    });
  });

  it('are asked about again when they changed, and not for a while after WhatsApp refused to answer', async () => {
    identities.opened();
    answer = () => Promise.reject(new Error('rate-overlimit'));
    identities.sawChat(GROUP);
    identities.sawChat('8@g.us');
    await jest.advanceTimersByTimeAsync(30_000);
    expect(asked).toEqual([GROUP]);
    answer = async (id) => ({ id, subject: 'Team', participants: [] }) as never;
    await jest.advanceTimersByTimeAsync(31_000);
    expect(asked).toEqual([GROUP, '8@g.us']);
    ev.emit('groups.update', [{ id: '8@g.us', subject: 'New' }]);
    identities.sawChat('8@g.us');
    await jest.advanceTimersByTimeAsync(1_500);
    expect(asked).toEqual([GROUP, '8@g.us', '8@g.us']);
  });

  it('are not asked about after the connection has closed', async () => {
    identities.opened();
    identities.sawChat(GROUP);
    identities.closed();
    identities.sawChat('8@g.us');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(asked).toEqual([]);
  });
});
