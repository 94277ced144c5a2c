import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { CopyField } from '../feedback/copy-field.js';
import { useAction } from '../feedback/use-action.js';
import { INVITATIONS, type Invitation } from './use-invitations.js';

export function InviteMember({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Invite somebody"
      centered
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form onClose={onClose} />
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Invitation['role']>('teammate');
  const invite = useAction({
    run: () => take(api.POST('/api/v1/invitations', { body: { email: email.trim(), role } })),
    changes: [INVITATIONS],
    quiet: true,
  });
  if (invite.data) return <Invited invitation={invite.data} onClose={onClose} />;
  const problem = problemOf(invite.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate();
      }}
    >
      <Stack>
        {problem && !problem.of('email') && (
          <Alert color="red" role="alert">
            {problem.message}
          </Alert>
        )}
        <TextInput
          label="E-mail"
          description="They get a mail with a link, by which they choose their name and a password."
          type="email"
          required
          data-autofocus
          value={email}
          error={problem?.of('email')}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Radio.Group label="Role" value={role} onChange={(value) => setRole(value as Invitation['role'])}>
          <Stack gap="xs" mt="xs">
            <Radio value="teammate" label="Teammate" description="Reads and answers chats." />
            <Radio value="owner" label="Owner" description="Manages everything." />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={invite.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Invited({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        A mail to {invitation.email} is on its way, if a mail server is set up. You can also hand the link
        over yourself: whoever has it can join.
      </Text>
      {invitation.link && <CopyField label="invitation link" value={invitation.link} />}
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
