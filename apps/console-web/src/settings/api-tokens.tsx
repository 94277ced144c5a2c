import { Alert, Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';
import { ConfirmButton } from '../feedback/confirm-button.js';
import { CopyField } from '../feedback/copy-field.js';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { useAction } from '../feedback/use-action.js';
import { Panel } from '../layout/panel.js';
import classes from '../team/team.module.css';
import { Ago } from '../time/time.js';

const TOKENS = ['tokens'];

/** Secrets for programs that use the API. */
export function ApiTokens() {
  const tokens = useLive(
    TOKENS,
    async () => (await take(api.GET('/api/v1/tokens', { params: { query: { limit: 100 } } }))).items,
  );
  return (
    <Panel
      title="API tokens"
      lead={
        <>
          For programs: a token does everything you may do, through the{' '}
          <Anchor href="/api/docs" target="_blank" rel="noreferrer" inherit underline="always">
            management API
          </Anchor>
          .
        </>
      }
    >
      <CreateToken />
      <Resolved query={tokens}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={IconKey} title="No tokens">
              Create one for each program, so that you can revoke them one by one.
            </Empty>
          ) : (
            <ul className={classes.list}>
              {items.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </ul>
          )
        }
      </Resolved>
    </Panel>
  );
}

function CreateToken() {
  const [name, setName] = useState('');
  const create = useAction({
    run: () => take(api.POST('/api/v1/tokens', { body: { name: name.trim() } })),
    changes: [TOKENS],
    done: () => setName(''),
  });
  return (
    <Stack gap="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label="What it is for"
            placeholder="CRM sync"
            required
            maxLength={100}
            flex={1}
            miw={180}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            Create a token
          </Button>
        </Group>
      </form>
      {create.data && (
        <Alert color="teal" title={`The token “${create.data.name}”`} role="status">
          <Stack gap="xs">
            <Text size="sm">Copy it now: it is shown only this once.</Text>
            <CopyField label="API token" value={create.data.token} />
          </Stack>
        </Alert>
      )}
    </Stack>
  );
}

function TokenRow({ token }: { token: Schemas['TokenResource'] }) {
  const revoke = useAction({
    run: () => take(api.DELETE('/api/v1/tokens/{tokenId}', { params: { path: { tokenId: token.id } } })),
    changes: [TOKENS],
    done: `The token “${token.name}” is revoked.`,
  });
  return (
    <li className={classes.row}>
      <div className={classes.names}>
        <Text fw={600} truncate>
          {token.name}
        </Text>
        <Text size="sm" c="dimmed">
          Created <Ago at={token.createdAt} /> ·{' '}
          {token.lastUsedAt ? (
            <>
              last used <Ago at={token.lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
        </Text>
      </div>
      <ConfirmButton
        variant="default"
        question={`Revoke “${token.name}”?`}
        consequence="Programs that use it are refused at once. It cannot be brought back."
        confirm="Revoke"
        onConfirm={() => revoke.mutate()}
        loading={revoke.isPending}
        aria-label={`Revoke ${token.name}`}
      >
        Revoke
      </ConfirmButton>
    </li>
  );
}
