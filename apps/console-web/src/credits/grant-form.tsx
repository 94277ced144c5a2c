import { Button, Group, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { problemOf } from '../api/problem.js';
import { tell } from '../feedback/tell.js';
import { useAction } from '../feedback/use-action.js';
import { plural } from '../words/numbers.js';
import { CREDITS } from './use-credits.js';

const MOST = 1_000_000;

export function GrantForm() {
  const [amount, setAmount] = useState<number | string>(100);
  const [note, setNote] = useState('');
  const grant = useAction({
    run: () =>
      take(api.POST('/api/v1/credits/grants', { body: { amount: Number(amount), ...(note && { note }) } })),
    changes: [CREDITS, ['credit-ledger']],
    done: ({ delta }) => {
      tell(`${plural(delta, 'credit was', 'credits were')} added.`);
      setNote('');
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        grant.mutate();
      }}
    >
      <Group align="flex-end" gap="sm">
        <NumberInput
          label="Add credits"
          required
          min={1}
          max={MOST}
          step={100}
          thousandSeparator
          allowDecimal={false}
          w={140}
          value={amount}
          onChange={setAmount}
          error={problemOf(grant.error)?.of('amount')}
        />
        <TextInput
          label="Note for the ledger"
          maxLength={500}
          flex={1}
          miw={160}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Button type="submit" loading={grant.isPending} disabled={!(Number(amount) >= 1)}>
          Add
        </Button>
      </Group>
    </form>
  );
}
