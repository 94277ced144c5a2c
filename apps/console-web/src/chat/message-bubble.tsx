import { Text } from '@mantine/core';
import { IconFile, IconMusic, IconPhoto, IconVideo } from '@tabler/icons-react';
import { memo } from 'react';
import { clockTime, exactTime } from '../time/times.js';
import { formatBytes } from '../words/numbers.js';
import type { Message } from './message-states.js';
import classes from './messages.module.css';
import { Tick } from './tick.js';

interface MessageBubbleProps {
  message: Message;
  /** Whether the sender's name is of interest. */
  named: boolean;
  wanted: boolean;
}

export const MessageBubble = memo(function MessageBubble({ message, named, wanted }: MessageBubbleProps) {
  const { direction, state, failure, text, attachment: file, editedAt, deletedAt } = message;
  const attachment = deletedAt ? null : file;
  const at = new Date(message.at);
  return (
    <li
      id={`message-${message.id}`}
      className={classes.message}
      data-direction={direction}
      data-state={state}
      data-wanted={wanted || undefined}
    >
      <div className={classes.bubble}>
        {named && (
          <Text size="xs" fw={600} c="dimmed">
            {senderWords(message)}
          </Text>
        )}
        {attachment && <Attachment attachment={attachment} />}
        {text !== '' && (
          <Text size="sm" className={classes.text} dir="auto">
            {text}
          </Text>
        )}
        {text === '' && !attachment && (
          <Text size="sm" c="dimmed" fs="italic">
            {contentWords(message)}
          </Text>
        )}
        <div className={classes.foot}>
          <Text size="xs" c="dimmed" component="time" dateTime={message.at} title={exactTime(at)}>
            {clockTime(at)}
          </Text>
          {editedAt && !deletedAt && (
            <Text size="xs" c="dimmed" title={exactTime(new Date(editedAt))}>
              edited
            </Text>
          )}
          {direction === 'sent' && <Tick state={state} />}
        </div>
      </div>
      {state === 'failed' && (
        <Text size="xs" c="var(--mantine-color-error)" className={classes.failure}>
          Not sent: {failure?.reason ?? failure?.code ?? 'no reason was given'}
        </Text>
      )}
    </li>
  );
});

const KIND_WORDS: Partial<Record<Message['kind'], string>> = {
  image: 'A picture',
  video: 'A video',
  audio: 'A voice message or sound',
  document: 'A document',
  sticker: 'A sticker',
  contact: 'A contact',
  location: 'A place',
  poll: 'A poll',
  event: 'An event',
};

/** What is said of a message without text. */
function contentWords({ kind, deletedAt }: Message): string {
  if (deletedAt) return 'This message was deleted';
  return KIND_WORDS[kind] ?? `A message of a kind that is not shown here (${kind})`;
}

function senderWords({ sender, direction, origin }: Message): string {
  if (direction === 'received') return sender.name ?? sender.phone ?? 'Somebody';
  const who = sender.name ?? 'A former member';
  switch (origin) {
    case 'webhook':
      return 'Through the webhook';
    case 'phone':
      return `${who}, on the phone`;
    default:
      return who;
  }
}

const KIND_ICONS = { image: IconPhoto, video: IconVideo, audio: IconMusic, document: IconFile };

function Attachment({ attachment }: { attachment: NonNullable<Message['attachment']> }) {
  const Icon = KIND_ICONS[attachment.kind ?? 'document'];
  const size = attachment.size === null ? 'being fetched' : formatBytes(attachment.size);
  return (
    <div className={classes.attachment}>
      <Icon size={22} stroke={1.5} role="img" aria-label={`Attachment: ${attachment.kind ?? 'file'}`} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={500} truncate>
          {attachment.name}
        </Text>
        <Text size="xs" c="dimmed">
          {size}
        </Text>
      </div>
    </div>
  );
}
