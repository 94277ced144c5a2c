import { Avatar, Button, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconLogout, IconMoon, IconSettings, IconSun } from '@tabler/icons-react';
import { useComputedColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSignOut, type Me } from '../session/me.js';
import { roleWords } from '../words/role.js';
import { initials } from '../words/initials.js';

export function MemberMenu({ me }: { me: Me }) {
  const signOut = useSignOut();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          leftSection={
            <Avatar size={28} radius="xl" color="teal" variant="filled" aria-hidden>
              {initials(me.fullName)}
            </Avatar>
          }
        >
          <span className="visually-hidden">{me.fullName}, </span>
          <Text size="sm" fw={500} visibleFrom="xs" c="var(--mantine-color-text)">
            {me.workspace.name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: '8px 12px' }}>
          <Text size="sm" fw={600}>
            {me.fullName}
          </Text>
          <Text size="xs" c="dimmed">
            {me.email} · {roleWords[me.role]}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={16} aria-hidden />}>
          Settings
        </Menu.Item>
        <Menu.Item
          leftSection={
            other === 'dark' ? <IconMoon size={16} aria-hidden /> : <IconSun size={16} aria-hidden />
          }
          onClick={() => setColorScheme(other)}
        >
          {other === 'dark' ? 'Dark colours' : 'Light colours'}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
