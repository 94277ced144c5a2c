import { Alert, Button, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, take, type Schemas } from '../api/client.js';
import { problemOf, type ApiProblem } from '../api/problem.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { useAction } from '../feedback/use-action.js';
import { Entrance } from './entrance.js';
import { NewPasswordInput, SHORTEST_PASSWORD } from './new-password-input.js';
import { useLinkToken } from './use-link-token.js';

type Offer = Schemas['OfferResource'];

export function AcceptInvitationPage() {
  const token = useLinkToken();
  const offer = useQuery<Offer, ApiProblem>({
    queryKey: ['invitation-offer', token],
    queryFn: () => take(api.POST('/api/v1/auth/invitation', { body: { token } })),
    enabled: token !== '',
    // It is used up by joining.
    staleTime: Infinity,
  });
  if (offer.data) return <Join token={token} offer={offer.data} />;
  if (token === '' || offer.error?.kind === 'link-not-valid') return <DeadInvitation />;
  return (
    <Entrance title="Your invitation">
      {offer.error ? (
        <LoadFailure error={offer.error} retry={() => void offer.refetch()} />
      ) : (
        <div role="status" aria-label="Loading">
          <Skeleton height={120} radius="md" />
        </div>
      )}
    </Entrance>
  );
}

function Join({ token, offer }: { token: string; offer: Offer }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [fullName, setFullName] = useState('');
  const [password, setPassword] = useState('');
  const join = useAction({
    run: () =>
      take(
        api.POST('/api/v1/auth/accept-invitation', { body: { token, fullName: fullName.trim(), password } }),
      ),
    quiet: true,
    done: (me) => {
      // Whoever was signed in here before is not any more.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' });
      queries.setQueryData(['me'], me);
      void navigate({ to: '/', replace: true });
    },
  });
  const problem = problemOf(join.error);
  if (problem?.kind === 'link-not-valid') return <DeadInvitation />;
  const aboutFields = problem?.of('fullName') ?? problem?.of('password');
  return (
    <Entrance title={`Join ${offer.workspaceName}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate();
        }}
      >
        <Stack>
          <Text size="sm">
            {offer.role === 'owner'
              ? 'As an owner you manage accounts, integrations, credits and the team.'
              : 'As a teammate you read and answer chats.'}
          </Text>
          {problem && !aboutFields && (
            <Alert color="red" role="alert">
              {problem.message}
            </Alert>
          )}
          <TextInput label="E-mail" autoComplete="username" value={offer.email} readOnly />
          <TextInput
            label="Your name"
            autoComplete="name"
            required
            autoFocus
            maxLength={200}
            value={fullName}
            error={problem?.of('fullName')}
            onChange={(event) => setFullName(event.currentTarget.value)}
          />
          <NewPasswordInput
            label="Password"
            value={password}
            onChange={setPassword}
            error={problem?.of('password')}
          />
          <Button
            type="submit"
            loading={join.isPending}
            disabled={fullName.trim() === '' || password.length < SHORTEST_PASSWORD}
            fullWidth
          >
            Join
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}

function DeadInvitation() {
  return (
    <Entrance title="This invitation does not work any more">
      <Text size="sm" role="alert">
        It was accepted already, withdrawn, or is too old. Ask the owner who invited you for another one.
      </Text>
      <Button component={Link} to="/" variant="default" fullWidth>
        To sign in
      </Button>
    </Entrance>
  );
}
