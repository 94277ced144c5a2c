import { RequestFailure } from './http-error.js';

/** @throws RequestFailure when the URL cannot be requested; its address is checked by the connector */
export function vetUrl(text: string, base?: string): URL {
  const url = URL.parse(text, base);
  if (!url) throw new RequestFailure('invalid_url', 'this is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new RequestFailure('invalid_url', 'only http and https URLs can be called');
  }
  if (url.username !== '' || url.password !== '') {
    throw new RequestFailure('invalid_url', 'the URL must not carry a user name or password');
  }
  return url;
}
