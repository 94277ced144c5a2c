import { Alert, Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import { Entrance } from './entrance.js';

const TITLE = 'Forgot your password?';

export function ForgotPasswordPage() {
  const [email, setEmail] = useState('');
  const ask = useAction({
    run: () => take(api.POST('/api/v1/auth/forgot-password', { body: { email } })),
    quiet: true,
  });
  const back = (
    <Text size="sm" ta="center">
      <Anchor component={Link} to="/" underline="always">
        Back to sign in
      </Anchor>
    </Text>
  );
  if (ask.isSuccess) {
    return (
      <Entrance title="Look at your mail" foot={back}>
        <div role="status">
          <Text size="sm">
            If somebody signs in with {email}, a mail with a link is on its way there. The link works for an
            hour.
          </Text>
          <Text size="sm" mt="sm">
            Nothing came? Look among the spam, or ask an owner of your workspace: they can remove you and
            invite you again.
          </Text>
        </div>
      </Entrance>
    );
  }
  return (
    <Entrance title={TITLE} foot={back}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Stack>
          {ask.error && (
            <Alert color="red" role="alert">
              {ask.error.message}
            </Alert>
          )}
          <Text size="sm">
            Enter the e-mail you sign in with. We mail you a link to choose a new password.
          </Text>
          <TextInput
            label="E-mail"
            type="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" loading={ask.isPending} fullWidth>
            Mail me a link
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
