import { Alert, Button, Card, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, take } from '../api/client.js';
import { Logo } from '../layout/logo.js';
import classes from './sign-in-page.module.css';

/** Stands in place of whatever page was asked for, which shows once somebody has signed in. */
export function SignInPage() {
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useMutation({
    mutationFn: () => take(api.POST('/api/v1/auth/login', { body: { email, password } })),
    onSuccess: (me) => {
      queries.setQueryData(['me'], me);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <main className={classes.page}>
      <title>Sign in · Waypost</title>
      <Stack w="100%" maw={400} gap="lg">
        <Logo size="lg" />
        <Card withBorder padding="xl" radius="md" shadow="sm">
          <form onSubmit={submit}>
            <Stack>
              <Title order={1} size="h2">
                Sign in
              </Title>
              {signIn.error && (
                <Alert color="red" role="alert">
                  {signIn.error.message}
                </Alert>
              )}
              <TextInput
                label="E-mail"
                type="email"
                autoComplete="username"
                required
                data-autofocus
                autoFocus
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label="Password"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
              />
              <Button type="submit" loading={signIn.isPending} fullWidth>
                Sign in
              </Button>
            </Stack>
          </form>
        </Card>
        <Text size="sm" c="dimmed" ta="center">
          Forgot your password? An owner of your workspace can add you again.
        </Text>
      </Stack>
    </main>
  );
}
