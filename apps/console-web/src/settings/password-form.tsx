import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { tell } from '../feedback/tell.js';
import { useAction } from '../feedback/use-action.js';

const SHORTEST = 12;

export function PasswordForm() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useAction({
    run: () => take(api.POST('/api/v1/me/password', { body: { currentPassword, newPassword } })),
    quiet: true,
    done: () => {
      setCurrent('');
      setNew('');
      tell('Your password is changed.');
    },
  });
  const problem = problemOf(change.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack>
        {problem && !problem.of('currentPassword') && !problem.of('newPassword') && (
          <Alert color="red" role="alert">
            {problem.message}
          </Alert>
        )}
        <PasswordInput
          label="Password now"
          autoComplete="current-password"
          required
          value={currentPassword}
          error={problem?.of('currentPassword') && 'This is not your password.'}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description={`At least ${SHORTEST} characters.`}
          autoComplete="new-password"
          required
          minLength={SHORTEST}
          value={newPassword}
          error={problem?.of('newPassword')}
          onChange={(event) => setNew(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={change.isPending}
            disabled={currentPassword === '' || newPassword.length < SHORTEST}
          >
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
