import { Outlet, useMatchRoute } from '@tanstack/react-router';
import { ChatList } from './chat-list.js';
import classes from './chats-layout.module.css';

/** The list beside the chat; on a phone one or the other. */
export function ChatsLayout() {
  const open = useMatchRoute()({ to: '/chat/$chatId/messages', fuzzy: true }) !== false;
  return (
    <div className={classes.split} data-chat-open={open || undefined}>
      <section className={classes.list} aria-label="Chats">
        <ChatList />
      </section>
      <section className={classes.chat} aria-label="Chat">
        <Outlet />
      </section>
    </div>
  );
}
