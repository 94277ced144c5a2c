const MAX_URL_CHARACTERS = 2_048;

/** Reads a link to a file, in its normal form, or says what is wrong with it, to be read after the field's name. */
export function readFileUrl(value: string): { url: string } | { problem: string } {
  const url = URL.parse(value);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return { problem: 'must be a link like https://example.com/file.pdf' };
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'must not contain a user name or a password' };
  }
  return url.href.length > MAX_URL_CHARACTERS
    ? { problem: `must have at most ${MAX_URL_CHARACTERS} characters` }
    : { url: url.href };
}
