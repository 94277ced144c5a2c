import { IconAlertCircle, IconCheck, IconChecks, IconClock, IconUpload } from '@tabler/icons-react';
import { stateWords, type MessageState } from './message-states.js';

const ICONS = {
  queued: IconClock,
  sending: IconUpload,
  sent: IconCheck,
  delivered: IconChecks,
  read: IconChecks,
  failed: IconAlertCircle,
};

const COLOURS: Partial<Record<MessageState, string>> = {
  read: 'var(--read-tick)',
  failed: 'var(--mantine-color-error)',
};

/** How far a message got. */
export function Tick({ state }: { state: MessageState }) {
  if (state === 'received') return null;
  const Icon = ICONS[state];
  return (
    <Icon
      size={16}
      stroke={2}
      role="img"
      aria-label={stateWords[state]}
      color={COLOURS[state] ?? 'var(--mantine-color-dimmed)'}
      style={{ flex: 'none' }}
    />
  );
}
