import { Injectable } from '@nestjs/common';
import { laneKinds } from '@waypost/contracts';
import { enqueue, remove } from '@waypost/lanes';
import { SecretBox } from '@waypost/persistence';
import type { PoolClient } from 'pg';
import { ConsoleConfig } from '../console.config.js';

export interface LinkMail {
  id: string;
  kind: 'invitation' | 'password_reset';
  workspaceId: string;
  recipient: string;
  subject: string;
  /** Paragraphs before and after the link. */
  before: string[];
  link: SecretLink;
  after: string[];
  /** How long the link works, and so how long it is tried to send the mail. */
  minutes: number;
}

export interface SecretLink {
  /** The page's path, without a slash. */
  page: 'invitation' | 'reset-password';
  token: string;
}

/** Writes mails with a secret link, which egress sends like the others. The link is sealed: nobody who reads the table can use it. */
@Injectable()
export class LinkMails {
  constructor(
    private readonly secrets: SecretBox,
    private readonly config: ConsoleConfig,
  ) {}

  /** The token is in the part of the address that browsers send to nobody, so no log has it. */
  linkOf({ page, token }: SecretLink): string {
    return `${this.config.consolePublicUrl}/${page}#${token}`;
  }

  /** Call it as the last thing before the commit: it locks a lane. */
  async write(tx: PoolClient, mail: LinkMail): Promise<void> {
    await tx.query(
      `insert into mail (id, workspace_id, recipient, subject, body, kind, link_sealed, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(mins => $8))`,
      [
        mail.id,
        mail.workspaceId,
        mail.recipient,
        mail.subject,
        [...mail.before, '{link}', ...mail.after].join('\n\n'),
        mail.kind,
        this.secrets.seal(this.linkOf(mail.link), `mail:${mail.id}`),
        mail.minutes,
      ],
    );
    await enqueue(tx, laneKinds.mail, [{ key: mail.id, ref: mail.id }]);
  }
}

/** For mails whose link is of no use any more: those that were not sent yet are not. */
export async function forgetMails(tx: PoolClient, ids: string[]): Promise<void> {
  await tx.query('delete from mail where id = any($1::uuid[])', [ids]);
  await remove(tx, laneKinds.mail, ids, ids);
}
