import { describe, expect, it } from '@jest/globals';
import { AddressForms } from './address-forms.js';
import type { IncomingPart } from './incoming-parts.js';

const [PN, LID, ME, MY_LID, GROUP] = [
  '1@s.whatsapp.net',
  '10@lid',
  '9@s.whatsapp.net',
  '90@lid',
  '7@g.us',
] as const;
const mapping: Record<string, string> = { '1': '10', '10_reverse': '1', '9': '90', '90_reverse': '9' };

const knowing = (stored: Record<string, string>) =>
  new AddressForms({
    get: async (_type: string, ids: string[]) =>
      Object.fromEntries(ids.flatMap((id) => (stored[id] ? [[id, stored[id]]] : []))) as never,
  });

function part(chatJid: string, senderJid: string, alts: object = {}): IncomingPart {
  const name = { chatJid, senderJid, keyId: 'A1', part: 0 };
  return {
    name,
    author: senderJid,
    envelope: { keyId: 'A1', chatJid, senderJid, fromMe: false, timestamp: 1, ...alts },
  };
}

describe('the name of a part', () => {
  it.each([
    ['a LID', part(LID, LID), mapping],
    ['a number', part(PN, PN), mapping],
    ['a number whose LID the stanza tells', part(PN, PN, { chatAltJid: LID, senderAltJid: LID }), {}],
    ['a LID of which nothing is known', part(LID, LID), {}],
  ])('is the same for a person addressed by %s', async (_what, incoming, stored) => {
    const { name } = await knowing(stored).identify(incoming);
    expect(name).toEqual({ chatJid: LID, senderJid: LID, keyId: 'A1', part: 0 });
  });

  it('goes by LIDs for what the owner wrote as well, and in groups', async () => {
    const forms = knowing(mapping);
    expect((await forms.identify(part(PN, ME))).name).toMatchObject({ chatJid: LID, senderJid: MY_LID });
    expect((await forms.identify(part(GROUP, PN))).name).toMatchObject({ chatJid: GROUP, senderJid: LID });
  });

  it('was another one before the LID was known', async () => {
    const { formerNames } = await knowing(mapping).identify(part(LID, LID));
    expect(formerNames.map(({ chatJid, senderJid }) => [chatJid, senderJid])).toContainEqual([PN, PN]);
    expect((await knowing({}).identify(part(LID, LID))).formerNames).toEqual([]);
  });

  it('comes with an event that tells both forms, the one that was used first', async () => {
    const { envelope } = await knowing(mapping).identify(part(PN, PN));
    expect(envelope).toMatchObject({ chatJid: PN, chatAltJid: LID, senderJid: PN, senderAltJid: LID });
  });
});
