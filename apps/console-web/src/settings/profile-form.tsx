import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import { useMe } from '../session/me.js';
import { roleWords } from '../words/role.js';

export function ProfileForm() {
  const me = useMe();
  const [fullName, setFullName] = useState(me.fullName);
  const save = useAction({
    run: () => take(api.PATCH('/api/v1/me', { body: { fullName: fullName.trim() } })),
    changes: [['me'], ['members']],
    done: 'Your name is saved.',
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="Receivers of the outbound webhook see it with the messages you write."
          required
          maxLength={200}
          value={fullName}
          onChange={(event) => setFullName(event.currentTarget.value)}
        />
        <Group grow>
          <TextInput label="E-mail" value={me.email} readOnly />
          <TextInput label="Role" value={roleWords[me.role]} readOnly />
        </Group>
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={save.isPending}
            disabled={fullName.trim() === '' || fullName.trim() === me.fullName}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
