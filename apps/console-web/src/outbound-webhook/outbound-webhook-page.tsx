import { Resolved } from '../feedback/resolved.js';
import { OwnersOnly } from '../layout/owners-only.js';
import { Page } from '../layout/page.js';
import { EndpointState } from './endpoint-state.js';
import { Mails } from './mails.js';
import { RecentActions } from './recent-actions.js';
import { Settings } from './settings.js';
import { SigningSecret } from './signing-secret.js';
import { useOutboundWebhook } from './use-outbound-webhook.js';

const TITLE = 'Outbound webhook';

export function OutboundWebhookPage() {
  return (
    <OwnersOnly title={TITLE}>
      <Page
        title={TITLE}
        lead="Every text message, received or sent on any of your accounts, is posted to a URL of yours."
      >
        <Content />
      </Page>
    </OwnersOnly>
  );
}

function Content() {
  const webhook = useOutboundWebhook();
  return (
    <Resolved query={webhook} rows={5}>
      {(found) => (
        <>
          <EndpointState webhook={found} />
          <Settings webhook={found} />
          <SigningSecret webhook={found} />
          <RecentActions />
          <Mails />
        </>
      )}
    </Resolved>
  );
}
