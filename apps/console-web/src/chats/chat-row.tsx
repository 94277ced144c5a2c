import { Avatar, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Tick } from '../chat/tick.js';
import { shortTime } from '../time/times.js';
import { initials } from '../words/initials.js';
import classes from './chat-list.module.css';
import type { Chat } from './use-chats.js';

/** The API counts no further. */
const MOST_COUNTED = 100;

export function ChatRow({ chat, now }: { chat: Chat; now: Date }) {
  const { lastMessage, lastMessageAt, unread } = chat;
  return (
    <li>
      <Link to="/chat/$chatId/messages/" params={{ chatId: chat.id }} className={classes.link}>
        <Avatar radius="xl" size={42} color="teal.9" variant="filled" aria-hidden>
          {chat.isGroup ? <IconUsersGroup size={20} /> : initials(chat.name)}
        </Avatar>
        <div className={classes.words}>
          <div className={classes.line}>
            <Text fw={unread > 0 ? 700 : 600} truncate>
              {chat.name}
            </Text>
            {lastMessageAt && (
              <Text size="xs" c="dimmed" component="time" dateTime={lastMessageAt} flex="none">
                {shortTime(new Date(lastMessageAt), now)}
              </Text>
            )}
          </div>
          <div className={classes.preview}>
            {lastMessage?.direction === 'sent' && <Tick state={lastMessage.state} />}
            <Text size="sm" c={unread > 0 ? undefined : 'dimmed'} truncate flex={1}>
              {lastMessage ? lastMessage.text || lastMessage.attachmentName || 'Message' : 'No message yet'}
            </Text>
            {unread > 0 && (
              <span className={classes.unread}>
                {unread < MOST_COUNTED ? unread : `${MOST_COUNTED - 1}+`}
                <span className="visually-hidden"> unread</span>
              </span>
            )}
          </div>
        </div>
      </Link>
    </li>
  );
}
