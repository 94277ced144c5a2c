import { useParams, useSearch } from '@tanstack/react-router';
import { api, take } from '../api/client.js';
import { useLive } from '../api/live.js';
import { Resolved } from '../feedback/resolved.js';
import classes from './chat-page.module.css';
import { ChatHead } from './chat-head.js';
import { Composer } from './composer.js';
import { Messages } from './messages.js';
import { useConversation } from './use-conversation.js';
import { useReading } from './use-reading.js';

export function ChatPage() {
  const { chatId } = useParams({ from: '/chats-layout/chat/$chatId/messages' });
  // Each chat has a page of its own, with its own draft and its own place.
  return <OneChat key={chatId} chatId={chatId} />;
}

function OneChat({ chatId }: { chatId: string }) {
  const { message } = useSearch({ from: '/chats-layout/chat/$chatId/messages' });
  const chat = useLive(['chat', chatId], () =>
    take(api.GET('/api/v1/chats/{chatId}', { params: { path: { chatId } } })),
  );
  const conversation = useConversation(chatId, message);
  useReading(chat.data);
  return (
    <Resolved query={chat}>
      {(found) => (
        <div className={classes.page}>
          <title>{`${found.name} · Waypost`}</title>
          <ChatHead chat={found} />
          <Messages key={message ?? ''} chat={found} conversation={conversation} wanted={message} />
          <Composer chat={found} onSent={() => void conversation.refresh()} />
        </div>
      )}
    </Resolved>
  );
}
