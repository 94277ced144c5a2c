import { payloadTimestamp, publicMessageId } from '@waypost/kernel';

/** A message with everything around it that the payload tells. Phones carry their `+`; "" where there is none. */
export interface RecordedMessage {
  account: { ownerName: string; ownerEmail: string; phone: string };
  chat: {
    /** A decimal string. */
    id: string;
    name: string;
    isGroup: boolean;
    phone: string;
    responsibleName: string;
    responsibleEmail: string;
  };
  direction: 'received' | 'sent';
  keyId: string;
  at: Date;
  text: string;
  opensChat: boolean;
  /** Of a received message: its author. Of a sent one: the teammate who wrote it; absent when no teammate is known. */
  authorName?: string;
}

interface Party {
  full_name: string;
  phone: string;
}

/** What the outbound webhook posts for one message ("Don't aggregate"). */
export interface MessagePayload {
  whatsapp_account: { full_name: string; email: string; phone: string };
  chat: {
    full_name: string;
    responsible_name: string;
    responsible_email: string;
    chat_url: string;
    chat_id: string;
    is_new_chat: boolean;
    is_group: boolean;
    phone: string;
  };
  message: {
    direction: 'received' | 'sent';
    /** `YYYY-MM-DDTHH:MM:SS+0000` */
    timestamp: string;
    /** `wa_backend:` and the WhatsApp key id */
    message_id: string;
    sender: Party;
    recipient: Party;
    text: string;
  };
}

export function messagePayload(recorded: RecordedMessage, consolePublicUrl: string): MessagePayload {
  const { account, chat } = recorded;
  return {
    whatsapp_account: { full_name: account.ownerName, email: account.ownerEmail, phone: account.phone },
    chat: {
      full_name: chat.name,
      responsible_name: chat.responsibleName,
      responsible_email: chat.responsibleEmail,
      chat_url: `${consolePublicUrl}/chat/${chat.id}/messages/`,
      chat_id: chat.id,
      is_new_chat: recorded.opensChat,
      is_group: chat.isGroup,
      phone: chat.isGroup ? '' : chat.phone,
    },
    message: {
      direction: recorded.direction,
      timestamp: payloadTimestamp(recorded.at),
      message_id: publicMessageId(recorded.keyId),
      ...parties(recorded),
      text: recorded.text,
    },
  };
}

/** Mirrored with the direction. In a group the other side of the author is the group, and nobody's phone is told. */
function parties({ account, chat, direction, authorName }: RecordedMessage): {
  sender: Party;
  recipient: Party;
} {
  const phone = (number: string) => (chat.isGroup ? '' : number);
  const other = { full_name: chat.name, phone: phone(chat.phone) };
  if (direction === 'sent') {
    return {
      sender: { full_name: authorName ?? account.ownerName, phone: phone(account.phone) },
      recipient: other,
    };
  }
  if (chat.isGroup) return { sender: { full_name: authorName ?? '', phone: '' }, recipient: other };
  return { sender: other, recipient: { full_name: account.ownerName, phone: account.phone } };
}
