import { read } from '../project.js';

export interface DocumentedSetting {
  required: boolean;
}

const EVERY_SERVICE = 'Every service';
const ON_POSTGRES_AND_NATS = 'Every service on Postgres and NATS';
const WITH_FILES = 'Every service that handles files';

/** Credentials of S3, which the AWS SDK reads by itself. */
const READ_BY_LIBRARIES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

/** What a service reads, by docs/configuration.md, which a test elsewhere keeps true to the code. */
export function settingsOf(app: string): Map<string, DocumentedSetting> {
  const sections = new Map(
    read('docs/configuration.md')
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.split('\n')[0]!.trim(), text]),
  );
  const shared =
    app === 'sandbox'
      ? [EVERY_SERVICE]
      : [EVERY_SERVICE, ON_POSTGRES_AND_NATS, ...(handlesFiles(app) ? [WITH_FILES] : [])];
  const found = new Map<string, DocumentedSetting>();
  for (const name of [...shared, app]) {
    for (const [, key, fallback] of (sections.get(name) ?? '').matchAll(
      /^\| `(\w+)`[^|]*\| ([^|]+?) +\|/gm,
    )) {
      found.set(key!, { required: fallback === 'required' });
    }
  }
  if (handlesFiles(app)) for (const key of READ_BY_LIBRARIES) found.set(key, { required: false });
  return found;
}

export function handlesFiles(app: string): boolean {
  return app === 'dispatcher' || app === 'wa-session';
}
