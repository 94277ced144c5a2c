import { Resolved } from '../feedback/resolved.js';
import { OwnersOnly } from '../layout/owners-only.js';
import { Page } from '../layout/page.js';
import { Balance } from './balance.js';
import { Ledger } from './ledger.js';
import { useCredits } from './use-credits.js';

const TITLE = 'Credits';

export function CreditsPage() {
  return (
    <OwnersOnly title={TITLE}>
      <Page
        title={TITLE}
        lead="A message through the inbound webhook costs one credit, two when a file comes with text. Messages that fail give theirs back. What you write in the chats is free."
      >
        <Content />
      </Page>
    </OwnersOnly>
  );
}

function Content() {
  const credits = useCredits();
  return (
    <>
      <Resolved query={credits} rows={2}>
        {(found) => <Balance credits={found} />}
      </Resolved>
      <Ledger />
    </>
  );
}
