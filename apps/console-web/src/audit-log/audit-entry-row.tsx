import { Avatar, Text } from '@mantine/core';
import type { Schemas } from '../api/client.js';
import classes from '../team/team.module.css';
import { ExactTime } from '../time/time.js';
import { initials } from '../words/initials.js';
import { detailWords } from './detail-words.js';

type Entry = Schemas['AuditEntryResource'];

const WAYS: Record<Entry['via'], string> = {
  session: 'signed in',
  token: 'by an API token',
  link: 'by a mailed link',
};

export function AuditEntryRow({ entry }: { entry: Entry }) {
  const { member, summary, subject, details, at, address, via } = entry;
  const told = detailWords(details, subject);
  return (
    <li className={classes.row}>
      <Avatar radius="xl" color="teal.9" variant="filled" aria-hidden>
        {initials(member.fullName)}
      </Avatar>
      <div className={classes.names}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Text span fw={600} inherit>
            {member.fullName}
          </Text>{' '}
          · {summary}
          {subject && subject !== member.fullName && `: ${subject}`}
        </Text>
        {told && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {told}
          </Text>
        )}
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          <ExactTime at={at} /> · {WAYS[via]} from {address}
        </Text>
      </div>
    </li>
  );
}
