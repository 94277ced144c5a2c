import { Button } from '@mantine/core';
import { IconMapOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Empty } from '../feedback/empty.js';
import { Page } from './page.js';

export function NoSuchPage() {
  return (
    <Page title="Nothing here">
      <Empty icon={IconMapOff} title="There is no such page">
        The address may be mistyped, or what it named may be gone.
        <Button component={Link} to="/chats" mt="md">
          To the chats
        </Button>
      </Empty>
    </Page>
  );
}
