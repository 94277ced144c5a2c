import { Button, Group, Modal, Stack, Text, type ButtonProps } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

interface ConfirmButtonProps extends ButtonProps {
  children: ReactNode;
  /** What will happen, as a question. */
  question: string;
  /** What cannot be undone about it. */
  consequence: ReactNode;
  /** The word on the button that does it. */
  confirm: string;
  onConfirm: () => void;
  'aria-label'?: string;
}

/** A button for what cannot be undone: it asks first. */
export function ConfirmButton({
  question,
  consequence,
  confirm,
  onConfirm,
  children,
  ...button
}: ConfirmButtonProps) {
  const [opened, dialog] = useDisclosure(false);
  const go = () => {
    dialog.close();
    onConfirm();
  };
  return (
    <>
      <Button {...button} onClick={dialog.open}>
        {children}
      </Button>
      <Modal
        opened={opened}
        onClose={dialog.close}
        title={question}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm" component="div">
            {consequence}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              Cancel
            </Button>
            <Button color="red.9" onClick={go}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
