import { Alert, Anchor, Button, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { useAction } from '../feedback/use-action.js';
import { Entrance } from './entrance.js';
import { NewPasswordInput, SHORTEST_PASSWORD } from './new-password-input.js';
import { useLinkToken } from './use-link-token.js';

export function ResetPasswordPage() {
  const queries = useQueryClient();
  const token = useLinkToken();
  const [newPassword, setNewPassword] = useState('');
  const reset = useAction({
    run: () => take(api.POST('/api/v1/auth/reset-password', { body: { token, newPassword } })),
    quiet: true,
    // A session of the same member in this browser has ended with the others.
    done: () => queries.removeQueries(),
  });
  if (reset.isSuccess) {
    return (
      <Entrance title="Your password is changed">
        <Text size="sm" role="status">
          You were signed out everywhere. Sign in with the new one.
        </Text>
        <Button component={Link} to="/" fullWidth>
          To sign in
        </Button>
      </Entrance>
    );
  }
  const problem = problemOf(reset.error);
  if (token === '' || problem?.kind === 'link-not-valid') return <DeadLink />;
  const aboutPassword = problem?.of('newPassword');
  return (
    <Entrance title="Choose a new password">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          reset.mutate();
        }}
      >
        <Stack>
          {problem && !aboutPassword && (
            <Alert color="red" role="alert">
              {problem.message}
            </Alert>
          )}
          <NewPasswordInput value={newPassword} onChange={setNewPassword} error={aboutPassword} />
          <Button
            type="submit"
            loading={reset.isPending}
            disabled={newPassword.length < SHORTEST_PASSWORD}
            fullWidth
          >
            Change the password
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

function DeadLink() {
  return (
    <Entrance title="This link does not work any more">
      <Text size="sm" role="alert">
        It was used already, replaced by a newer one, or is older than an hour.
      </Text>
      <Text size="sm">
        <Anchor component={Link} to="/forgot-password" underline="always">
          Ask for another link
        </Anchor>
      </Text>
    </Entrance>
  );
}
