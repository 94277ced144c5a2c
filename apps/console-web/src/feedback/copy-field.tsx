import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './copy-field.module.css';

interface CopyFieldProps {
  /** What it is, for screen readers. */
  label: string;
  value: string;
  /** Hidden until somebody asks for it. */
  secret?: boolean;
  /** Breaks lines as it stands. */
  block?: boolean;
}

/** Text to take elsewhere. */
export function CopyField({ label, value, secret = false, block = false }: CopyFieldProps) {
  const [revealed, setRevealed] = useState(!secret);
  return (
    <Group gap="xs" wrap="nowrap" align={block ? 'flex-start' : 'center'}>
      <Code
        className={block ? classes.block : classes.line}
        role="group"
        tabIndex={0}
        aria-label={revealed ? label : `${label}, hidden`}
      >
        {revealed ? value : '•'.repeat(32)}
      </Code>
      {secret && (
        <Tooltip label={revealed ? 'Hide' : 'Show'}>
          <ActionIcon
            variant="default"
            size="lg"
            aria-label={`${revealed ? 'Hide' : 'Show'} the ${label}`}
            onClick={() => setRevealed(!revealed)}
          >
            {revealed ? <IconEyeOff size={18} aria-hidden /> : <IconEye size={18} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
      <CopyIcon label={label} value={value} />
    </Group>
  );
}

export function CopyIcon({ label, value }: { label: string; value: string }) {
  return (
    <CopyButton value={value} timeout={2_000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <ActionIcon variant="default" size="lg" aria-label={`Copy the ${label}`} onClick={copy}>
            {copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
            <span className="visually-hidden" role="status">
              {copied ? 'Copied' : ''}
            </span>
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
