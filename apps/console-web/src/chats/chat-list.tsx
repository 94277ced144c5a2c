import { Button, CloseButton, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMessages, IconMoodEmpty, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Empty } from '../feedback/empty.js';
import { Resolved } from '../feedback/resolved.js';
import { ListPart, SCROLLER } from '../layout/list-part.js';
import { useNear } from '../layout/use-near.js';
import { useIsOwner } from '../session/me.js';
import { useNow } from '../time/use-now.js';
import classes from './chat-list.module.css';
import { ChatRow } from './chat-row.js';
import { useChats } from './use-chats.js';

const TYPING_MS = 250;

export function ChatList() {
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text.trim(), TYPING_MS);
  const { latest, parts, hasMore, loadingMore, failedMore, more } = useChats(search);
  const end = useNear(hasMore && !loadingMore && !failedMore, more);
  const now = useNow(60_000);
  return (
    <>
      <div className={classes.head}>
        <Title order={1} size="h3">
          Chats
        </Title>
        <TextInput
          type="search"
          aria-label="Search by name or number"
          placeholder="Name or number"
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={text && <CloseButton size="sm" aria-label="Clear" onClick={() => setText('')} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <div className={classes.scroll} {...SCROLLER}>
        <Resolved query={latest} rows={6}>
          {() =>
            parts[0]!.length === 0 ? (
              <NoChats searching={search !== ''} />
            ) : (
              parts.map((chats, index) => (
                <ListPart as="ul" key={index} className={classes.rows}>
                  {chats.map((chat) => (
                    <ChatRow key={chat.id} chat={chat} now={now} />
                  ))}
                </ListPart>
              ))
            )
          }
        </Resolved>
        <div ref={end} />
        {hasMore && (
          <Button variant="subtle" fullWidth loading={loadingMore} onClick={more} my="xs">
            Show older chats
          </Button>
        )}
      </div>
    </>
  );
}

function NoChats({ searching }: { searching: boolean }) {
  const isOwner = useIsOwner();
  if (searching) {
    return (
      <Empty icon={IconMoodEmpty} title="No chat matches">
        Names and numbers are searched, not what was written.
      </Empty>
    );
  }
  return (
    <Empty icon={IconMessages} title="No chats yet">
      They appear here with the first message, sent or received.
      {isOwner && (
        <Button component={Link} to="/" variant="light" mt="md">
          First steps
        </Button>
      )}
    </Empty>
  );
}
