import { ActionIcon, Text, Title } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Chat } from '../chats/use-chats.js';
import classes from './chat-page.module.css';
import { Responsible } from './responsible.js';

export function ChatHead({ chat }: { chat: Chat }) {
  const about = chat.isGroup ? 'Group' : (chat.phone ?? 'Number hidden by WhatsApp');
  return (
    <header className={classes.head}>
      <ActionIcon
        component={Link}
        to="/chats"
        variant="subtle"
        color="gray"
        size="lg"
        hiddenFrom="sm"
        aria-label="Back to the chats"
      >
        <IconArrowLeft size={20} aria-hidden />
      </ActionIcon>
      <div className={classes.names}>
        <Title order={2} size="h4" lineClamp={1}>
          {chat.name}
        </Title>
        <Text size="xs" c="dimmed" truncate>
          {about === chat.name ? '' : `${about} · `}
          on {chat.account.phone ?? 'an account that is not linked'} · chat_id {chat.id}
        </Text>
      </div>
      <Responsible chat={chat} />
    </header>
  );
}
