import type { AuthenticationCreds, BinaryNode, WASocket } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';

/** What somebody who links an account has to see, and why it does not work. */
export type LinkingEvent =
  /** `replaced`: WhatsApp refused what was scanned before; this one has to be scanned. */
  | { type: 'qr'; qr: string; replaced: boolean }
  | { type: 'code'; code: string }
  /** `passkey_needed`: only WhatsApp's own apps have one. `code_refused`: a code would be in vain. */
  | { type: 'not_linkable'; why: 'passkey_needed' | 'code_refused' };

export interface LinkingOptions {
  creds: AuthenticationCreds;
  socket: WASocket;
  /** Digits; undefined to link by QR. */
  byCodeFor?: string;
  on: (event: LinkingEvent) => void;
  /** Cuts the connection. */
  cut: (reason: string) => void;
}

const REFRESHES = ['companion_reg_refresh', 'pair-device-rotate-qr'];
const SECRET_IN_QR = 3;

/** How a connection of an account that is not linked gets it linked. Of one that is linked it hears nothing. */
export class DeviceLinking {
  private latestQr?: string;
  private replaced = false;
  private codeRequested = false;

  constructor(private readonly options: LinkingOptions) {
    const { ws, ev } = options.socket;
    ws.on('CB:notification,type:companion_reg_refresh', (stanza: BinaryNode) => this.refresh(stanza));
    // rc14 acknowledges it and does nothing, and the QR would be renewed for ever.
    ws.on('CB:notification,type:passkey_prologue_request', () =>
      options.on({ type: 'not_linkable', why: 'passkey_needed' }),
    );
    // rc14 does not wait for WhatsApp's answer to a code, so that it shows one that WhatsApp has refused.
    ws.on('CB:iq,type:error', () => {
      if (this.codeRequested && !options.creds.account)
        options.on({ type: 'not_linkable', why: 'code_refused' });
    });
    ev.on('connection.update', ({ qr }) => qr && this.offer(qr));
  }

  private offer(qr: string): void {
    if (this.options.byCodeFor) return this.requestCode(this.options.byCodeFor);
    this.latestQr = qr;
    const { creds, on } = this.options;
    // rc14 goes on with the secret that it had at first.
    const parts = qr.split(',');
    parts[SECRET_IN_QR] = creds.advSecretKey;
    on({ type: 'qr', qr: parts.join(','), replaced: this.replaced });
  }

  /**
   * At a scan, WhatsApp may retire the secret in the QR; the phone says that it could not link. What was scanned is worth nothing from
   * then on, in any QR. rc14 does not know this, and cannot even acknowledge it before there is an account. By code the phone and
   * this device agree on a secret of their own, which must stay.
   */
  private refresh({ attrs, content }: BinaryNode): void {
    const { creds, socket, cut } = this.options;
    const isOne = Array.isArray(content) && content.some(({ tag }) => REFRESHES.includes(tag));
    if (!isOne || creds.me) return;
    creds.advSecretKey = randomBytes(32).toString('base64');
    this.replaced = true;
    if (this.latestQr) this.offer(this.latestQr);
    const { id = '', from = '', type = '' } = attrs;
    socket
      .sendNode({ tag: 'ack', attrs: { id, to: from, class: 'notification', type } })
      .catch((error: unknown) => cut(`not acknowledged: ${String(error)}`));
  }

  private requestCode(phone: string): void {
    if (this.codeRequested) return;
    this.codeRequested = true;
    const { socket, on, cut } = this.options;
    socket.requestPairingCode(phone).then(
      (code) => on({ type: 'code', code }),
      (error: unknown) => cut(`no pairing code: ${String(error)}`),
    );
  }
}
