import { Avatar, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Tick } from '../chat/tick.js';
import { shortTime } from '../time/times.js';
import { initials } from '../words/initials.js';
import classes from './chat-list.module.css';
import type { Chat } from './use-chats.js';

export function ChatRow({ chat, now }: { chat: Chat; now: Date }) {
  const { lastMessage, lastMessageAt } = chat;
  return (
    <li className={classes.row}>
      <Link to="/chat/$chatId/messages/" params={{ chatId: chat.id }} className={classes.link}>
        <Avatar radius="xl" size={42} color="teal.9" variant="filled" aria-hidden>
          {chat.isGroup ? <IconUsersGroup size={20} /> : initials(chat.name)}
        </Avatar>
        <div className={classes.words}>
          <div className={classes.line}>
            <Text fw={600} truncate>
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
            <Text size="sm" c="dimmed" truncate>
              {lastMessage ? lastMessage.text || lastMessage.attachmentName || 'Message' : 'No message yet'}
            </Text>
          </div>
        </div>
      </Link>
    </li>
  );
}
