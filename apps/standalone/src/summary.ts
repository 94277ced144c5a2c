import type { DemoAccount } from './demo/demo-setup.js';
import type { Facts } from './facts.js';

const RECIPIENT = '+14155550123';

export interface SummaryDetails {
  account: DemoAccount;
  dataDir: string;
  logsDir: string;
  seconds: number;
}

/** What is shown when everything runs. */
export function summary(facts: Facts, { account, dataDir, logsDir, seconds }: SummaryDetails): string {
  const body = JSON.stringify({ action: 'send', phone: RECIPIENT, text: 'Hello from Waypost' });
  const note = account.state === 'connected' ? '' : ` (${account.state}: ${account.explanation})`;
  return `
Waypost is ready (${seconds.toFixed(1)} s).

  Console         ${facts.consoleUrl}
  Its API         ${facts.consoleUrl}/api/v1, described at ${facts.consoleUrl}/api/docs
  Sign-in         ${facts.owner.email} / ${facts.owner.password}
  API token       ${facts.apiToken}
  Demo account    ${account.phone} in the sandbox, a simulated WhatsApp network${note}

Send a message:

  curl -X POST '${facts.inboundWebhookUrl}' -H 'Content-Type: application/json' -d '${body}'

See it on the simulated phone of ${RECIPIENT}:

  curl ${facts.sandboxUrl}/contacts/${RECIPIENT.slice(1)}/messages

Answer from that phone:

  curl -X POST ${facts.sandboxUrl}/contacts/${RECIPIENT.slice(1)}/messages -H 'Content-Type: application/json' -d '{"to":"${account.phone.slice(1)}","text":"Hello back"}'

Webhooks may be delivered to this machine: its loopback networks are allowed here, unlike in production.
Data in ${dataDir}, logs in ${logsDir}. Ctrl-C stops everything; "npm start -- --fresh" begins anew.
`;
}
