import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  initAuthCreds,
  type AuthenticationCreds,
  type BinaryNode,
  type WASocket,
} from '@whiskeysockets/baileys';
import { EventEmitter } from 'node:events';
import { DeviceLinking, type LinkingEvent } from './device-linking.js';

const refresh = (child: string): BinaryNode => ({
  tag: 'notification',
  attrs: { id: 'N1', from: 's.whatsapp.net', type: 'companion_reg_refresh' },
  content: [{ tag: child, attrs: {} }],
});

describe('linking', () => {
  let ws: EventEmitter;
  let ev: EventEmitter;
  let creds: AuthenticationCreds;
  let told: LinkingEvent[];
  let sent: BinaryNode[];

  beforeEach(() => {
    ws = new EventEmitter();
    ev = new EventEmitter();
    creds = initAuthCreds();
    told = [];
    sent = [];
  });

  function link(byCodeFor?: string): void {
    const socket = {
      ws,
      ev,
      sendNode: async (stanza: BinaryNode) => void sent.push(stanza),
      requestPairingCode: async (phone: string) => {
        creds.me = { id: `${phone}@s.whatsapp.net` };
        return 'ABCD1234';
      },
    };
    new DeviceLinking({
      ...{ creds, byCodeFor, socket: socket as unknown as WASocket },
      on: (event) => told.push(event),
      cut: () => undefined,
    });
  }

  /** As Baileys does, with the secret that it had when WhatsApp gave it the references. */
  function offers(ref: string, secret: string): void {
    ev.emit('connection.update', {
      qr: `https://wa.me/settings/linked_devices#${ref},noise,identity,${secret},1`,
    });
  }

  it.each(['companion_reg_refresh', 'pair-device-rotate-qr'])(
    'shows the same reference with a new secret when WhatsApp asks for it by %s, and all later ones as well',
    (child) => {
      link();
      const former = creds.advSecretKey;
      offers('one', former);
      ws.emit('CB:notification,type:companion_reg_refresh', refresh(child));
      offers('two', former);
      expect(Buffer.from(creds.advSecretKey, 'base64')).toHaveLength(32);
      expect(creds.advSecretKey).not.toBe(former);
      const qr = (ref: string, secret: string) =>
        `https://wa.me/settings/linked_devices#${ref},noise,identity,${secret},1`;
      expect(told).toEqual([
        { type: 'qr', qr: qr('one', former), replaced: false },
        { type: 'qr', qr: qr('one', creds.advSecretKey), replaced: true },
        { type: 'qr', qr: qr('two', creds.advSecretKey), replaced: true },
      ]);
      const attrs = { id: 'N1', to: 's.whatsapp.net', class: 'notification', type: 'companion_reg_refresh' };
      expect(sent).toEqual([{ tag: 'ack', attrs }]);
    },
  );

  it('keeps the secret that was agreed on by code', async () => {
    link('4915100000001');
    offers('one', creds.advSecretKey);
    await Promise.resolve();
    const agreed = creds.advSecretKey;
    ws.emit('CB:notification,type:companion_reg_refresh', refresh('companion_reg_refresh'));
    expect(creds.advSecretKey).toBe(agreed);
  });

  it('keeps the secret when the stanza is not understood', () => {
    link();
    const former = creds.advSecretKey;
    ws.emit('CB:notification,type:companion_reg_refresh', refresh('something_else'));
    expect([creds.advSecretKey, sent]).toEqual([former, []]);
  });

  it('asks for one code, however many references there are, and tells when WhatsApp refuses it', async () => {
    link('4915100000001');
    offers('one', creds.advSecretKey);
    offers('two', creds.advSecretKey);
    await Promise.resolve();
    expect(told).toEqual([{ type: 'code', code: 'ABCD1234' }]);
    ws.emit('CB:iq,type:error', { tag: 'iq', attrs: { type: 'error' } });
    expect(told.at(-1)).toEqual({ type: 'not_linkable', why: 'code_refused' });
  });
});
