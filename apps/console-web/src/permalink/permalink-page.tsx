import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useParams } from '@tanstack/react-router';
import { api, take, type Schemas } from '../api/client.js';
import type { ApiProblem } from '../api/problem.js';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { Page } from '../layout/page.js';

/** Leads to the chat of a message, at that message. */
export function PermalinkPage() {
  const { messageId } = useParams({ from: '/permalink/$messageId' });
  const place = useQuery<Schemas['PermalinkResource'], ApiProblem>({
    queryKey: ['permalink', messageId],
    queryFn: () => take(api.GET('/api/v1/permalinks/{messageId}', { params: { path: { messageId } } })),
  });
  if (place.data) {
    const { chatId, messageId: message } = place.data;
    return <Navigate to="/chat/$chatId/messages/" params={{ chatId }} search={{ message }} replace />;
  }
  return (
    <Page title="Opening the message">
      {place.error?.status === 404 ? (
        <Empty icon={IconLinkOff} title="There is no such message">
          It belongs to another workspace, or the link was cut off on its way.
        </Empty>
      ) : (
        <Resolved query={place}>{() => null}</Resolved>
      )}
    </Page>
  );
}
