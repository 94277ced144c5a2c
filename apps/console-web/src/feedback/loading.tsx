import { Container, Skeleton, Stack } from '@mantine/core';

/** A page that is on its way. */
export function Loading() {
  return (
    <Container size="lg" py="xl" px="xl" role="status" aria-label="Loading">
      <Stack gap="lg">
        <Skeleton height={32} width={220} radius="md" />
        <Rows count={3} />
      </Stack>
    </Container>
  );
}

export function Rows({ count, height = 72 }: { count: number; height?: number }) {
  return (
    <Stack gap="sm" aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} height={height} radius="md" />
      ))}
    </Stack>
  );
}
