import { Alert, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take, type Schemas } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { CopyField } from '../feedback/copy-field.js';
import { useAction } from '../feedback/use-action.js';
import { MEMBERS, type Member } from './use-members.js';

export function AddMember({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Add a member"
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
  const [fullName, setFullName] = useState('');
  const [role, setRole] = useState<Member['role']>('teammate');
  const add = useAction({
    run: () => take(api.POST('/api/v1/members', { body: { email: email.trim(), fullName, role } })),
    changes: [MEMBERS],
    quiet: true,
  });
  if (add.data) return <Added member={add.data} onClose={onClose} />;
  const problem = problemOf(add.error);
  const aboutFields = problem?.of('email') ?? problem?.of('fullName');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack>
        {problem && !aboutFields && (
          <Alert color="red" role="alert">
            {problem.message}
          </Alert>
        )}
        <TextInput
          label="Name"
          required
          maxLength={200}
          data-autofocus
          value={fullName}
          error={problem?.of('fullName')}
          onChange={(event) => setFullName(event.currentTarget.value)}
        />
        <TextInput
          label="E-mail"
          type="email"
          required
          value={email}
          error={problem?.of('email')}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <Radio.Group label="Role" value={role} onChange={(value) => setRole(value as Member['role'])}>
          <Stack gap="xs" mt="xs">
            <Radio value="teammate" label="Teammate" description="Reads and answers chats." />
            <Radio value="owner" label="Owner" description="Manages everything." />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Added({ member, onClose }: { member: Schemas['NewMemberResource']; onClose: () => void }) {
  return (
    <Stack>
      <Text size="sm">
        {member.fullName} can sign in with {member.email} and this first password. Hand it over yourself: it
        is shown only now.
      </Text>
      <CopyField label="first password" value={member.firstPassword} />
      <Group justify="flex-end">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
