import { notifications } from '@mantine/notifications';

/** Says that something was done. */
export function tell(message: string): void {
  notifications.show({ message, color: 'teal', withBorder: true, autoClose: 4_000 });
}

/** Says why something could not be done. */
export function tellFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : 'Something went wrong.';
  notifications.show({
    title: 'That did not work',
    message,
    color: 'red',
    withBorder: true,
    autoClose: 8_000,
    role: 'alert',
  });
}
