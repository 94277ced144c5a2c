import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAccounts } from '../accounts/use-accounts.js';
import { useChats } from '../chats/use-chats.js';
import { useCredits } from '../credits/use-credits.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { Rows } from '../feedback/loading.js';
import { useInboundWebhook } from '../inbound-webhook/use-inbound-webhook.js';
import { Page } from '../layout/page.js';
import { useIsOwner } from '../session/me.js';
import { progressOf, type Progress } from './progress.js';
import { Steps } from './steps.js';

/** The start page: owners of a new workspace are led to their first delivered message, everybody else to the chats. */
export function FirstStepsPage() {
  return useIsOwner() ? <ForOwners /> : <Navigate to="/chats" replace />;
}

function ForOwners() {
  const accounts = useAccounts();
  const credits = useCredits();
  const webhook = useInboundWebhook();
  const { latest, parts } = useChats('');
  const chats = parts.flat();
  const failed = [accounts, credits, webhook, latest].find(({ data, error }) => !data && error);
  if (failed?.error) return <LoadFailure error={failed.error} retry={() => void failed.refetch()} />;
  if (!accounts.data || !credits.data || !webhook.data || !latest.data) {
    return (
      <Page title="First steps">
        <Rows count={4} />
      </Page>
    );
  }
  const progress = progressOf({
    accounts: accounts.data,
    balance: credits.data.balance,
    inboundUrl: webhook.data.url,
    chats,
  });
  return <Ready progress={progress} url={webhook.data.url} chatId={chats[0]?.id} />;
}

interface ReadyProps {
  progress: Progress;
  url: string | null;
  chatId?: string;
}

function Ready({ progress, url, chatId }: ReadyProps) {
  const [doneBefore] = useState(progress.delivered);
  if (doneBefore) return <Navigate to="/chats" replace />;
  return (
    <Page title="First steps" lead="From here to your first delivered message in a minute or two.">
      <Steps progress={progress} url={url} chatId={chatId} />
    </Page>
  );
}
