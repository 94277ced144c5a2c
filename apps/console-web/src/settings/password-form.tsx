import { Alert, Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { tell } from '../feedback/tell.js';
import { useAction } from '../feedback/use-action.js';
import { NewPasswordInput, SHORTEST_PASSWORD } from '../session/new-password-input.js';

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
        <NewPasswordInput value={newPassword} onChange={setNew} error={problem?.of('newPassword')} />
        <Group justify="flex-end">
          <Button
            type="submit"
            loading={change.isPending}
            disabled={currentPassword === '' || newPassword.length < SHORTEST_PASSWORD}
          >
            Change the password
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
