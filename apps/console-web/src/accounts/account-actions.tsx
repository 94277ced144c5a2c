import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconClockPause, IconLogout, IconPlugConnected, IconQrcode, IconTrash } from '@tabler/icons-react';
import { api, take } from '../api/client.js';
import { ConfirmButton } from '../feedback/confirm-button.js';
import { useAction } from '../feedback/use-action.js';
import { accountName, canBeLinked, canBeLoggedOut, canReconnect, type Account } from './account-words.js';
import { PaceDialog } from './pace-dialog.js';
import { ACCOUNTS } from './use-accounts.js';

/** What an owner can do with an account, in the state in which it is. */
export function AccountActions({ account, onLink }: { account: Account; onLink: () => void }) {
  const [pacing, pace] = useDisclosure(false);
  const params = { path: { accountId: account.id } };
  const reconnect = useAction({
    run: () => take(api.POST('/api/v1/accounts/{accountId}/reconnect', { params })),
    changes: [ACCOUNTS],
  });
  const logOut = useAction({
    run: () => take(api.POST('/api/v1/accounts/{accountId}/logout', { params })),
    changes: [ACCOUNTS],
    done: 'The account is being logged out.',
  });
  const remove = useAction({
    run: () => take(api.DELETE('/api/v1/accounts/{accountId}', { params })),
    changes: [ACCOUNTS],
    done: 'The account is removed.',
  });
  const name = accountName(account);
  return (
    <Group gap="xs">
      {canReconnect(account.state) && (
        <Button
          size="sm"
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          loading={reconnect.isPending}
          onClick={() => reconnect.mutate()}
        >
          Connect now
        </Button>
      )}
      {canBeLinked(account.state) && (
        <Button
          size="sm"
          variant={canReconnect(account.state) ? 'default' : 'filled'}
          leftSection={<IconQrcode size={16} aria-hidden />}
          onClick={onLink}
        >
          {account.phone ? 'Link again' : 'Link a phone'}
        </Button>
      )}
      <Button
        size="sm"
        variant="default"
        leftSection={<IconClockPause size={16} aria-hidden />}
        onClick={pace.open}
      >
        Change the pace
      </Button>
      {canBeLoggedOut(account.state) && (
        <ConfirmButton
          size="sm"
          variant="default"
          leftSection={<IconLogout size={16} aria-hidden />}
          loading={logOut.isPending}
          question={`Log ${name} out?`}
          consequence="The link to the phone ends at WhatsApp. Messages that wait stay in the queue for 24 hours; link the account again to send them."
          confirm="Log out"
          onConfirm={() => logOut.mutate()}
        >
          Log out
        </ConfirmButton>
      )}
      <ConfirmButton
        size="sm"
        variant="default"
        leftSection={<IconTrash size={16} aria-hidden />}
        loading={remove.isPending}
        question={`Remove ${name}?`}
        consequence="It is logged out at WhatsApp. Messages that wait to be sent fail, and their credits come back. Its chats stay readable."
        confirm="Remove"
        onConfirm={() => remove.mutate()}
      >
        Remove
      </ConfirmButton>
      <PaceDialog account={account} opened={pacing} onClose={pace.close} />
    </Group>
  );
}
