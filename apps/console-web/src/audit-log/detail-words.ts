/** "Role: owner, granularity hours: 6"; what the subject says already is left out. */
export function detailWords(details: Record<string, unknown>, subject: string | null): string {
  const told = Object.entries(details)
    .filter(([, value]) => subject === null || value !== subject)
    .map(([name, value]) => `${words(name)}: ${valueWords(value)}`)
    .join(', ');
  return told.charAt(0).toUpperCase() + told.slice(1);
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function valueWords(value: unknown): string {
  if (value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' ? value.toLocaleString() : String(value);
}
