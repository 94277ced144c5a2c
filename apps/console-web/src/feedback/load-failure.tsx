import { Alert, Button, Stack, Text } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';

interface LoadFailureProps {
  error: { title?: string; message: string };
  retry: () => void;
}

/** What should be here could not be fetched. */
export function LoadFailure({ error, retry }: LoadFailureProps) {
  return (
    <Alert
      m="md"
      color="red"
      icon={<IconPlugConnectedX aria-hidden />}
      title={error.title ?? 'This could not be loaded'}
      role="alert"
    >
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{error.message}</Text>
        <Button variant="default" size="xs" onClick={retry}>
          Try again
        </Button>
      </Stack>
    </Alert>
  );
}
