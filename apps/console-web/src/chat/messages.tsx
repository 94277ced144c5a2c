import { Alert, Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Chat } from '../chats/use-chats.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { Rows } from '../feedback/loading.js';
import { MessageList } from './message-list.js';
import classes from './messages.module.css';
import type { useConversation } from './use-conversation.js';

interface MessagesProps {
  chat: Chat;
  conversation: ReturnType<typeof useConversation>;
  /** The message to show, when a permalink led here. */
  wanted?: string;
}

export function Messages({ chat, conversation, wanted }: MessagesProps) {
  const { history } = conversation;
  if (history.data) return <MessageList chat={chat} conversation={conversation} wanted={wanted} />;
  if (wanted && history.error?.status === 404) {
    return (
      <div className={classes.instead}>
        <Alert color="yellow" title="The message that the link names is not in this chat any more.">
          <Anchor component={Link} to={`/chat/${chat.id}/messages/`} inherit>
            Show the newest messages
          </Anchor>
        </Alert>
      </div>
    );
  }
  if (history.error) {
    return (
      <div className={classes.instead}>
        <LoadFailure error={history.error} retry={() => void history.refetch()} />
      </div>
    );
  }
  return (
    <div className={classes.instead} role="status" aria-label="Loading">
      <Rows count={4} />
    </div>
  );
}
