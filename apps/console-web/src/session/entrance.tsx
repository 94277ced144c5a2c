import { Card, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Logo } from '../layout/logo.js';
import classes from './sign-in-page.module.css';

interface EntranceProps {
  title: string;
  children: ReactNode;
  /** Below the card. */
  foot?: ReactNode;
}

/** The frame of the pages for whoever is not signed in. */
export function Entrance({ title, children, foot }: EntranceProps) {
  return (
    <main className={classes.page}>
      <title>{`${title} · Waypost`}</title>
      <Stack w="100%" maw={400} gap="lg">
        <Logo size="lg" />
        <Card withBorder padding="xl" radius="md" shadow="sm">
          <Stack>
            <Title order={1} size="h2">
              {title}
            </Title>
            {children}
          </Stack>
        </Card>
        {foot}
      </Stack>
    </main>
  );
}
