import { Button, SimpleGrid } from '@mantine/core';
import { IconBrandWhatsapp, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { Page } from '../layout/page.js';
import { useIsOwner } from '../session/me.js';
import { AccountCard } from './account-card.js';
import { AddAccount } from './add-account.js';
import { LinkAccount } from './link-account.js';
import { useAccounts } from './use-accounts.js';

export function AccountsPage() {
  const accounts = useAccounts();
  const isOwner = useIsOwner();
  const [adding, setAdding] = useState(false);
  const [linking, setLinking] = useState<string>();
  const add = isOwner && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setAdding(true)}>
      Add an account
    </Button>
  );
  return (
    <Page title="Accounts" lead="The WhatsApp numbers that send and receive here." action={add}>
      <Resolved query={accounts}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon={IconBrandWhatsapp} title="No account is linked yet">
              {isOwner
                ? 'Link a phone as you would link WhatsApp Web: scan a QR code. To try things out without a phone, use the sandbox.'
                : 'An owner of the workspace links the first one.'}
            </Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              {items.map((account) => (
                <AccountCard key={account.id} account={account} onLink={() => setLinking(account.id)} />
              ))}
            </SimpleGrid>
          )
        }
      </Resolved>
      {isOwner && (
        <>
          <AddAccount
            opened={adding}
            onClose={() => setAdding(false)}
            onAdded={(id) => {
              setAdding(false);
              setLinking(id);
            }}
          />
          {linking && <LinkAccount accountId={linking} onClose={() => setLinking(undefined)} />}
        </>
      )}
    </Page>
  );
}
