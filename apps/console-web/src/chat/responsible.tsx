import { Button, Menu } from '@mantine/core';
import { IconCheck, IconUserCheck } from '@tabler/icons-react';
import { api, take } from '../api/client.js';
import { useLive } from '../api/live.js';
import { CHATS, type Chat } from '../chats/use-chats.js';
import { useAction } from '../feedback/use-action.js';
import { useMe } from '../session/me.js';

interface Candidate {
  id: string;
  fullName: string;
}

/** Who answers this chat. Owners choose among all members; teammates take it or leave it. */
export function Responsible({ chat }: { chat: Chat }) {
  const me = useMe();
  const members = useLive(
    ['members'],
    () => take(api.GET('/api/v1/members', { params: { query: { limit: 100 } } })),
    { enabled: me.role === 'owner' },
  );
  const assign = useAction({
    run: (responsibleMemberId: string | null) =>
      take(
        api.PATCH('/api/v1/chats/{chatId}', {
          params: { path: { chatId: chat.id } },
          body: { responsibleMemberId },
        }),
      ),
    changes: [['chat', chat.id], CHATS],
  });
  const candidates: Candidate[] = members.data?.items ?? [me];
  const responsible = chat.responsible;
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          loading={assign.isPending}
          leftSection={<IconUserCheck size={16} aria-hidden />}
          aria-label={
            responsible ? `Responsible: ${responsible.fullName}. Change` : 'Nobody is responsible. Assign'
          }
        >
          {responsible?.fullName ?? 'Assign'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Who answers this chat</Menu.Label>
        {candidates.map(({ id, fullName }) => (
          <Menu.Item
            key={id}
            onClick={() => assign.mutate(id)}
            rightSection={id === responsible?.id && <IconCheck size={16} aria-label="now" />}
          >
            {id === me.id ? `${fullName} (you)` : fullName}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item disabled={!responsible} onClick={() => assign.mutate(null)}>
          Nobody
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
