import { Card, Group, Stack, ThemeIcon, Title } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface StepProps {
  number: number;
  title: string;
  done: boolean;
  /** It is this one's turn: what to do is shown. */
  current: boolean;
  children: ReactNode;
}

export function Step({ number, title, done, current, children }: StepProps) {
  return (
    <Card
      component="section"
      withBorder
      padding="lg"
      aria-label={`Step ${number}: ${title}${done ? ', done' : ''}`}
      aria-current={current ? 'step' : undefined}
      data-done={done || undefined}
    >
      <Stack>
        <Group gap="sm" wrap="nowrap">
          <ThemeIcon
            radius="xl"
            size="lg"
            variant={done || current ? 'filled' : 'default'}
            color="teal"
            aria-hidden
          >
            {done ? <IconCheck size={18} /> : number}
          </ThemeIcon>
          <Title order={2} size="h4">
            {title}
          </Title>
        </Group>
        {current && children}
      </Stack>
    </Card>
  );
}
