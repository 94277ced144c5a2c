import { Avatar, Select, Text } from '@mantine/core';
import { api, take } from '../api/client.js';
import { ConfirmButton } from '../feedback/confirm-button.js';
import { useAction } from '../feedback/use-action.js';
import { useMe } from '../session/me.js';
import { initials } from '../words/initials.js';
import { roleWords } from '../words/role.js';
import classes from './team.module.css';
import { MEMBERS, type Member } from './use-members.js';

const ROLES = Object.entries(roleWords).map(([value, label]) => ({ value, label }));

export function MemberRow({ member, lastOwner }: { member: Member; lastOwner: boolean }) {
  const me = useMe();
  const params = { path: { memberId: member.id } };
  const changeRole = useAction({
    run: (role: Member['role']) => take(api.PATCH('/api/v1/members/{memberId}', { params, body: { role } })),
    changes: [MEMBERS, ['me']],
    done: `${member.fullName} has another role now.`,
  });
  const remove = useAction({
    run: () => take(api.DELETE('/api/v1/members/{memberId}', { params })),
    changes: [MEMBERS, ['me']],
    done: `${member.fullName} is removed.`,
  });
  const mine = member.id === me.id;
  return (
    <li className={classes.row}>
      <Avatar radius="xl" color="teal.9" variant="filled" aria-hidden>
        {initials(member.fullName)}
      </Avatar>
      <div className={classes.names}>
        <Text fw={600} truncate>
          {member.fullName}
          {mine && ' (you)'}
        </Text>
        <Text size="sm" c="dimmed" truncate>
          {member.email}
        </Text>
      </div>
      <Select
        aria-label={`Role of ${member.fullName}`}
        w={140}
        data={ROLES}
        value={member.role}
        allowDeselect={false}
        disabled={lastOwner || changeRole.isPending}
        onChange={(role) => role && changeRole.mutate(role as Member['role'])}
      />
      <ConfirmButton
        variant="default"
        question={mine ? 'Leave the workspace?' : `Remove ${member.fullName}?`}
        consequence={
          mine
            ? 'You are signed out at once and cannot come back unless another owner invites you.'
            : 'They are signed out at once and their API tokens stop working. Accounts they added become yours; their chats and messages stay.'
        }
        confirm={mine ? 'Leave' : 'Remove'}
        onConfirm={() => remove.mutate()}
        loading={remove.isPending}
        disabled={lastOwner}
        aria-label={mine ? 'Leave the workspace' : `Remove ${member.fullName}`}
      >
        {mine ? 'Leave' : 'Remove'}
      </ConfirmButton>
      {lastOwner && (
        <Text size="xs" c="dimmed" w="100%">
          The only owner: make somebody else an owner before changing this.
        </Text>
      )}
    </li>
  );
}
