import { ActionIcon, Center, Loader, Text } from '@mantine/core';
import { IconArrowDown, IconMessageCircle } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import type { Chat } from '../chats/use-chats.js';
import { Empty } from '../feedback/empty.js';
import { ListPart, SCROLLER } from '../layout/list-part.js';
import { useNear } from '../layout/use-near.js';
import { dayName } from '../time/times.js';
import { useNow } from '../time/use-now.js';
import { byDay } from './merge-messages.js';
import { MessageBubble } from './message-bubble.js';
import classes from './messages.module.css';
import { Newcomers } from './newcomers.js';
import type { useConversation } from './use-conversation.js';
import { useSteadyScroll } from './use-steady-scroll.js';

interface MessageListProps {
  chat: Chat;
  conversation: ReturnType<typeof useConversation>;
  wanted?: string;
}

/** The messages that were read so far. Of a long chat only what is near to what can be seen is in the document. */
export function MessageList({ chat, conversation: { history, pages }, wanted }: MessageListProps) {
  const { hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage } = history;
  const days = useMemo(() => byDay(pages), [pages]);
  const now = useNow(60_000);
  const navigate = useNavigate();
  const newest = days.at(-1)?.runs.at(-1)?.messages.at(-1);
  const scroller = useSteadyScroll(newest?.id, hasPreviousPage);
  const [isAway, setAway] = useState(false);
  const top = useNear(hasNextPage && !isFetching, () => void fetchNextPage());
  const end = useNear(hasPreviousPage && !isFetching, () => void fetchPreviousPage());

  useEffect(() => {
    if (wanted) document.getElementById(`message-${wanted}`)?.scrollIntoView({ block: 'center' });
  }, [wanted]);

  const showNewest = () => {
    if (!hasPreviousPage) scroller.current!.scrollTop = 0;
    else void navigate({ to: '/chat/$chatId/messages/', params: { chatId: chat.id }, search: {} });
  };
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        {...SCROLLER}
        className={classes.scroller}
        tabIndex={0}
        role="log"
        // Older ones that come into the document are no news.
        aria-live="off"
        aria-label={`Messages with ${chat.name}`}
        onScroll={({ currentTarget: box }) => setAway(box.scrollTop < -1.5 * box.clientHeight)}
      >
        <div className={classes.content}>
          <div ref={top} className={classes.edge}>
            {hasNextPage ? (
              <Loader size="sm" aria-label="Loading older messages" />
            ) : (
              newest && (
                <Text size="xs" c="dimmed">
                  The chat begins here
                </Text>
              )
            )}
          </div>
          {!newest && (
            <Center>
              <Empty icon={IconMessageCircle} title="No messages yet">
                Write the first one below.
              </Empty>
            </Center>
          )}
          {days.map((day) => (
            <section key={day.at.getTime()} aria-label={dayName(day.at, now)}>
              <h3 className={classes.dayName}>{dayName(day.at, now)}</h3>
              {day.runs.map(({ key, messages }) => (
                <ListPart as="ol" key={key} className={classes.list}>
                  {messages.map((message) => (
                    <MessageBubble
                      key={message.id}
                      message={message}
                      named={chat.isGroup || message.direction === 'sent'}
                      wanted={message.id === wanted}
                    />
                  ))}
                </ListPart>
              ))}
            </section>
          ))}
          <div ref={end} className={classes.edge} hidden={!hasPreviousPage}>
            <Loader size="sm" aria-label="Loading newer messages" />
          </div>
        </div>
      </div>
      {(isAway || hasPreviousPage) && (
        <ActionIcon
          className={classes.down}
          variant="default"
          radius="xl"
          size={42}
          aria-label="Show the newest messages"
          onClick={showNewest}
        >
          <IconArrowDown size={20} aria-hidden />
        </ActionIcon>
      )}
      <Newcomers newest={hasPreviousPage ? undefined : newest} />
    </div>
  );
}
