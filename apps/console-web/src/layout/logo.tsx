import { Group, Text } from '@mantine/core';
import icon from './icon.svg';

export function Logo({ size = 'md' }: { size?: 'md' | 'lg' }) {
  const pixels = size === 'lg' ? 40 : 28;
  return (
    <Group gap="xs" wrap="nowrap" justify={size === 'lg' ? 'center' : undefined}>
      <img src={icon} width={pixels} height={pixels} alt="" />
      <Text fw={700} fz={size === 'lg' ? 28 : 20} lts="-0.02em">
        Waypost
      </Text>
    </Group>
  );
}
