import { Badge } from '@mantine/core';
import { Countdown } from '../time/time.js';
import { accountWords, type Account } from './account-words.js';
import classes from './state-badge.module.css';

export function StateBadge({ account }: { account: Pick<Account, 'state' | 'retryAt'> }) {
  const { label, colour } = accountWords[account.state];
  return (
    <Badge variant="dot" color={colour} size="lg" tt="none" fw={500} className={classes.badge}>
      {label}
      {account.state === 'backing_off' && account.retryAt && (
        <>
          {' '}
          (next try in <Countdown until={account.retryAt} />)
        </>
      )}
    </Badge>
  );
}
