import { useState } from 'react';
import type { Message } from './message-states.js';

/** Reads aloud, for whoever does not see it, what comes while the chat is open. */
export function Newcomers({ newest }: { newest: Message | undefined }) {
  const [first] = useState(newest?.id);
  const isNews = newest !== undefined && newest.id !== first && newest.direction === 'received';
  return (
    <p role="status" className="visually-hidden">
      {isNews && `${newest.sender.name ?? 'Somebody'}: ${newest.text || 'a message without text'}`}
    </p>
  );
}
