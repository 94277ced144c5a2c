import { Button, Group, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { api, take } from '../api/client.js';
import { useAction } from '../feedback/use-action.js';
import { CREDITS } from './use-credits.js';

export function AllowanceForm({ allowance }: { allowance: number }) {
  const [amount, setAmount] = useState<number | string>(allowance);
  const save = useAction({
    run: () => take(api.PUT('/api/v1/credits/allowance', { body: { amount: Number(amount) } })),
    changes: [CREDITS, ['credit-ledger']],
    done: 'The allowance is saved.',
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Group align="flex-end" gap="sm">
        <NumberInput
          label="Credits each month"
          description="The first ones come at once; later changes hold from the next month."
          min={0}
          max={1_000_000}
          step={100}
          thousandSeparator
          allowDecimal={false}
          flex={1}
          miw={200}
          value={amount}
          onChange={setAmount}
        />
        <Button
          type="submit"
          variant="default"
          loading={save.isPending}
          disabled={amount === '' || Number(amount) === allowance}
        >
          Save
        </Button>
      </Group>
    </form>
  );
}
