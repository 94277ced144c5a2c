const MAX_LENGTH = 2048;

/** Why a URL cannot be posted to, as a sentence about `url`; undefined when it can. Whether its address may be reached is checked at each connection. */
export function problemWithWebhookUrl(url: string): string | undefined {
  if (url.length > MAX_LENGTH) return `url must have at most ${MAX_LENGTH} characters`;
  if (!URL.canParse(url) || !/^https?:\/\/[^\s\p{Cc}]+$/iu.test(url)) {
    return 'url must be a complete address that begins with https:// or http://';
  }
  const { username, password } = new URL(url);
  if (username !== '' || password !== '') return 'url must not contain a user name or password';
  return undefined;
}
