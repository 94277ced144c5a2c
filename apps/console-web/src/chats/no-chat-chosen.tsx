import { Center } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { Empty } from '../feedback/empty.js';

export function NoChatChosen() {
  return (
    <Center h="100%">
      <title>Chats · Waypost</title>
      <Empty icon={IconMessageCircle} title="Choose a chat">
        Its messages show here as they come and go.
      </Empty>
    </Center>
  );
}
