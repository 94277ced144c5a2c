/** Characters people put between the digits of a phone number. */
const SEPARATORS = /[\s.\-()[\]/\u00a0]/g;

/**
 * Reads a phone number in international format, tolerating spaces, dots, dashes and brackets.
 * @returns the number as `+` and digits, or undefined when it cannot be a phone number at all (no digits, over 20 digits,
 * or other characters). Whether the number exists is WhatsApp's to say, later.
 */
export function parsePhone(input: string): string | undefined {
  const digits = input.replace(SEPARATORS, '').replace(/^\+/, '');
  return /^\d{1,20}$/.test(digits) ? `+${digits}` : undefined;
}

/** For logs: keeps the country's first digits and the last two, `+14•••••••34`. */
export function maskPhone(phone: string): string {
  return phone.length <= 6
    ? '•'.repeat(phone.length)
    : `${phone.slice(0, 3)}${'•'.repeat(phone.length - 5)}${phone.slice(-2)}`;
}
