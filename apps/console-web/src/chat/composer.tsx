import { ActionIcon, Textarea } from '@mantine/core';
import { IconSend2 } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { api, take } from '../api/client.js';
import { CHATS, type Chat } from '../chats/use-chats.js';
import { useAction } from '../feedback/use-action.js';
import classes from './chat-page.module.css';

const LONGEST = 65_536;

export function Composer({ chat, onSent }: { chat: Chat; onSent: () => void }) {
  const [text, setText] = useState('');
  const send = useAction({
    run: (written: string) =>
      take(
        api.POST('/api/v1/chats/{chatId}/messages', {
          params: { path: { chatId: chat.id } },
          body: { text: written },
        }),
      ),
    changes: [CHATS],
    done: (_result, written) => {
      setText((now) => (now === written ? '' : now));
      onSent();
    },
  });
  const ready = /\S/.test(text) && !send.isPending;
  const submit = () => {
    if (ready) send.mutate(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Textarea
        flex={1}
        autosize
        minRows={1}
        maxRows={8}
        size="md"
        aria-label={`Message to ${chat.name}`}
        placeholder="Write a message"
        maxLength={LONGEST}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ActionIcon type="submit" size={42} aria-label="Send" disabled={!ready} loading={send.isPending}>
        <IconSend2 size={20} aria-hidden />
      </ActionIcon>
    </form>
  );
}
