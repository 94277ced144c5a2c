import { Alert, Center, Loader, Text } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import type { Chat } from '../chats/use-chats.js';
import { Empty } from '../feedback/empty.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { Rows } from '../feedback/loading.js';
import { dayName } from '../time/times.js';
import { useNow } from '../time/use-now.js';
import { byDay } from './merge-messages.js';
import { MessageBubble } from './message-bubble.js';
import classes from './messages.module.css';
import type { useConversation } from './use-conversation.js';

/** How near to the upper end older messages are fetched. */
const MARGIN = '600px';

interface MessagesProps {
  chat: Chat;
  conversation: ReturnType<typeof useConversation>;
  /** The message to show, when a permalink led here. */
  wanted?: string;
}

export function Messages({ chat, conversation, wanted }: MessagesProps) {
  const { history, messages } = conversation;
  const { fetchNextPage, hasNextPage, isFetching } = history;
  const days = useMemo(() => byDay(messages), [messages]);
  const now = useNow(60_000);
  const scroller = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const seeking = wanted !== undefined && !messages.some(({ id }) => id === wanted);

  useEffect(() => {
    if (!top.current || !hasNextPage || isFetching) return;
    if (seeking) {
      void fetchNextPage();
      return;
    }
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), {
      root: scroller.current,
      rootMargin: MARGIN,
    });
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [fetchNextPage, hasNextPage, isFetching, seeking]);

  useEffect(() => {
    if (wanted && !seeking) document.getElementById(`message-${wanted}`)?.scrollIntoView({ block: 'center' });
  }, [wanted, seeking]);

  if (history.isPending) {
    return (
      <div className={classes.scroller} role="status" aria-label="Loading">
        <Rows count={4} />
      </div>
    );
  }
  if (history.error && !history.data) {
    return (
      <div className={classes.scroller}>
        <LoadFailure error={history.error} retry={() => void history.refetch()} />
      </div>
    );
  }
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="log"
      aria-label={`Messages with ${chat.name}`}
    >
      <div className={classes.content}>
        <div ref={top} className={classes.top}>
          {hasNextPage ? (
            <Loader size="sm" aria-label="Loading older messages" />
          ) : (
            messages.length > 0 && (
              <Text size="xs" c="dimmed">
                The chat begins here
              </Text>
            )
          )}
        </div>
        {seeking && !hasNextPage && (
          <Alert color="yellow">The message that the link names is not in this chat any more.</Alert>
        )}
        {messages.length === 0 && (
          <Center>
            <Empty icon={IconMessageCircle} title="No messages yet">
              Write the first one below.
            </Empty>
          </Center>
        )}
        {days.map((day) => (
          <section key={day.at.getTime()} className={classes.day} aria-label={dayName(day.at, now)}>
            <h3 className={classes.dayName}>{dayName(day.at, now)}</h3>
            <ol className={classes.list}>
              {day.messages.map((message) => (
                <MessageBubble
                  key={message.id}
                  message={message}
                  named={chat.isGroup || message.direction === 'sent'}
                  wanted={message.id === wanted}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
    </div>
  );
}
