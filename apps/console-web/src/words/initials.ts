/** One or two letters for a round picture of somebody; a phone number gives its last two digits. */
export function initials(name: string): string {
  if (/^\+?[\d\s]+$/.test(name)) return name.slice(-2);
  const letters = name
    .split(/\s+/)
    .map((word) => [...word].find((character) => /\p{L}|\p{N}/u.test(character)))
    .filter((letter) => letter !== undefined);
  return ((letters[0] ?? '#') + (letters.length > 1 ? letters.at(-1)! : '')).toUpperCase();
}
