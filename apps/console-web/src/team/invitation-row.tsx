import { Avatar, Button, Text } from '@mantine/core';
import { IconMail } from '@tabler/icons-react';
import { api, take } from '../api/client.js';
import { ConfirmButton } from '../feedback/confirm-button.js';
import { CopyIcon } from '../feedback/copy-field.js';
import { useAction } from '../feedback/use-action.js';
import { Ago } from '../time/time.js';
import { roleWords } from '../words/role.js';
import classes from './team.module.css';
import { INVITATIONS, type Invitation } from './use-invitations.js';

const MAILED: Record<Invitation['mailState'], string> = {
  waiting: 'not mailed yet',
  sent: 'mailed',
  failed: 'could not be mailed',
};

/** Somebody who was asked to join and has not yet. */
export function InvitationRow({ invitation }: { invitation: Invitation }) {
  const { email, role, link, mailState, createdAt, expiresAt } = invitation;
  const params = { path: { invitationId: invitation.id } };
  const resend = useAction({
    run: () => take(api.POST('/api/v1/invitations/{invitationId}/resend', { params })),
    changes: [INVITATIONS],
    done: `${email} gets a new link; the one before works no more.`,
  });
  const withdraw = useAction({
    run: () => take(api.DELETE('/api/v1/invitations/{invitationId}', { params })),
    changes: [INVITATIONS],
    done: `The invitation of ${email} is withdrawn.`,
  });
  return (
    <li className={classes.row}>
      <Avatar radius="xl" color="teal" aria-hidden>
        <IconMail size={20} />
      </Avatar>
      <div className={classes.names}>
        <Text fw={600} truncate>
          {email}
        </Text>
        <Text size="sm" c="dimmed">
          {roleWords[role]} · invited <Ago at={createdAt} />, {MAILED[mailState]} ·{' '}
          {link ? (
            <>
              the link ends <Ago at={expiresAt} />
            </>
          ) : (
            'the link is too old: send another one'
          )}
        </Text>
      </div>
      {link && <CopyIcon label={`invitation link of ${email}`} value={link} />}
      <Button
        variant="default"
        onClick={() => resend.mutate()}
        loading={resend.isPending}
        aria-label={`Send again to ${email}`}
      >
        Send again
      </Button>
      <ConfirmButton
        variant="default"
        question={`Withdraw the invitation of ${email}?`}
        consequence="The link that was mailed stops working at once."
        confirm="Withdraw"
        onConfirm={() => withdraw.mutate()}
        loading={withdraw.isPending}
        aria-label={`Withdraw the invitation of ${email}`}
      >
        Withdraw
      </ConfirmButton>
    </li>
  );
}
