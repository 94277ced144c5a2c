import { useDocumentVisibility } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, take } from '../api/client.js';
import { useChanged } from '../api/live.js';
import { CHATS, useChatChanged, type Chat } from '../chats/use-chats.js';

/** Marks a chat as read, for this member, while it is open and can be seen. */
export function useReading(chat: Chat | undefined): void {
  const visibility = useDocumentVisibility();
  const chatChanged = useChatChanged();
  const changed = useChanged();
  const { mutate } = useMutation({
    mutationFn: (read: { chatId: string; messageId: string }) =>
      take(
        api.PUT('/api/v1/chats/{chatId}/reading', {
          params: { path: { chatId: read.chatId } },
          body: { messageId: read.messageId },
        }),
      ),
    onSuccess: (now) => {
      chatChanged(now);
      return changed([...CHATS, 'latest']);
    },
  });
  const { id, lastReceivedId } = chat ?? {};
  const isUnread = chat !== undefined && chat.unread > 0 && visibility === 'visible';
  useEffect(() => {
    if (isUnread && id && lastReceivedId) mutate({ chatId: id, messageId: lastReceivedId });
  }, [isUnread, id, lastReceivedId, mutate]);
}
