import { AppShell, Burger, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useFollowing } from '../api/live.js';
import { useMe } from '../session/me.js';
import { Logo } from './logo.js';
import { MemberMenu } from './member-menu.js';
import { navigation, type Destination } from './navigation.js';
import classes from './shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  const [opened, menu] = useDisclosure(false);
  const me = useMe();
  useFollowing();
  const sections = navigation.filter(({ ownersOnly }) => !ownersOnly || me.role === 'owner');
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <AppShell.Header className={classes.header}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" gap="sm">
            <Burger
              opened={opened}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close the menu' : 'Open the menu'}
              aria-expanded={opened}
            />
            <Link to="/" className={classes.home} aria-label="Waypost, start page">
              <Logo />
            </Link>
          </Group>
          <MemberMenu me={me} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main" p="sm">
        <ScrollArea>
          {sections.map(({ title, destinations }) => (
            <div key={destinations[0]!.to} className={classes.section}>
              {title && (
                <Text size="xs" fw={600} c="dimmed" px="sm" mb={4}>
                  {title}
                </Text>
              )}
              {destinations.map((destination) => (
                <NavigationLink key={destination.to} destination={destination} onFollow={menu.close} />
              ))}
            </div>
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function NavigationLink({ destination, onFollow }: { destination: Destination; onFollow: () => void }) {
  const { pathname } = useLocation();
  const { to, also, label, icon: Icon } = destination;
  const active = pathname.startsWith(to) || (also !== undefined && pathname.startsWith(also));
  return (
    <NavLink
      component={Link}
      to={to}
      label={label}
      leftSection={<Icon size={18} stroke={1.75} aria-hidden />}
      active={active}
      aria-current={active ? 'page' : undefined}
      onClick={onFollow}
      className={classes.link}
    />
  );
}
