import { payloadTimestamp, publicMessageId } from '@waypost/kernel';
import { escapeHtml } from './escape-html.js';

/** A message with everything around it that the payload tells. Phones carry their `+`; "" where there is none. */
export interface RecordedMessage {
  id: string;
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

interface AccountPart {
  full_name: string;
  email: string;
  phone: string;
}

interface ChatPart {
  full_name: string;
  responsible_name: string;
  responsible_email: string;
  chat_url: string;
  chat_id: string;
  is_new_chat: boolean;
  is_group: boolean;
  phone: string;
}

interface MessagePart {
  direction: 'received' | 'sent';
  /** `YYYY-MM-DDTHH:MM:SS+0000` */
  timestamp: string;
  /** `wa_backend:` and the WhatsApp key id */
  message_id: string;
  sender: Party;
  recipient: Party;
  text: string;
}

/** What the outbound webhook posts for one message ("Don't aggregate"). */
export interface MessagePayload {
  whatsapp_account: AccountPart;
  chat: ChatPart;
  message: MessagePart;
}

/** What the outbound webhook posts for the messages of one chat ("Aggregate every X hours"). */
export interface BundlePayload {
  whatsapp_account: AccountPart;
  chat: ChatPart;
  messages: MessagePart[];
  first_message_timestamp: string;
  last_message_timestamp: string;
  /** HTML for a note in a CRM. */
  aggregation: string;
}

/** What leads from a payload into the console. */
export interface PayloadLinks {
  /** Without a trailing slash. */
  consolePublicUrl: string;
  productName: string;
}

export function messagePayload(
  recorded: RecordedMessage,
  { consolePublicUrl }: PayloadLinks,
): MessagePayload {
  return {
    whatsapp_account: accountPart(recorded),
    chat: chatPart(recorded, recorded.opensChat, consolePublicUrl),
    message: messagePart(recorded),
  };
}

/** @param recorded messages of one chat in the order of their times, at least one */
export function bundlePayload(recorded: readonly RecordedMessage[], links: PayloadLinks): BundlePayload {
  const first = recorded[0]!;
  // What is known of account and chat by the latest of them.
  const last = recorded.at(-1)!;
  const messages = recorded.map(messagePart);
  const isNew = recorded.some(({ opensChat }) => opensChat);
  return {
    whatsapp_account: accountPart(last),
    chat: chatPart(last, isNew, links.consolePublicUrl),
    messages,
    first_message_timestamp: payloadTimestamp(first.at),
    last_message_timestamp: payloadTimestamp(last.at),
    aggregation: aggregation(messages, first.id, links),
  };
}

function aggregation(messages: readonly MessagePart[], firstId: string, links: PayloadLinks): string {
  const lines = messages.map(({ sender, timestamp, text }) => {
    const time = timestamp.slice(0, 16).replace('T', ' ');
    return `from ${escapeHtml(sender.full_name)} on ${time}: ${escapeHtml(text)}`;
  });
  const url = escapeHtml(`${links.consolePublicUrl}/permalink/${firstId}/`);
  const product = escapeHtml(links.productName);
  return [...lines, `Click <a href='${url}'>here</a> to open the conversation in ${product}`].join('<br/>');
}

function accountPart({ account }: RecordedMessage): AccountPart {
  return { full_name: account.ownerName, email: account.ownerEmail, phone: account.phone };
}

function chatPart({ chat }: RecordedMessage, isNew: boolean, consolePublicUrl: string): ChatPart {
  return {
    full_name: chat.name,
    responsible_name: chat.responsibleName,
    responsible_email: chat.responsibleEmail,
    chat_url: `${consolePublicUrl}/chat/${chat.id}/messages/`,
    chat_id: chat.id,
    is_new_chat: isNew,
    is_group: chat.isGroup,
    phone: chat.isGroup ? '' : chat.phone,
  };
}

function messagePart(recorded: RecordedMessage): MessagePart {
  return {
    direction: recorded.direction,
    timestamp: payloadTimestamp(recorded.at),
    message_id: publicMessageId(recorded.keyId),
    ...parties(recorded),
    text: recorded.text,
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
