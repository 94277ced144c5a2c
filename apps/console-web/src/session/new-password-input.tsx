import { PasswordInput } from '@mantine/core';

export const SHORTEST_PASSWORD = 12;

interface NewPasswordInputProps {
  value: string;
  onChange: (password: string) => void;
  error?: string;
  label?: string;
}

/** A password that somebody chooses. */
export function NewPasswordInput({ value, onChange, error, label = 'New password' }: NewPasswordInputProps) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${SHORTEST_PASSWORD} characters.`}
      autoComplete="new-password"
      required
      minLength={SHORTEST_PASSWORD}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
