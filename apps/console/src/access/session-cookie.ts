/** How long a sign-in lasts. */
export const SESSION_DAYS = 14;

const NAME = 'waypost_session';

/** The Set-Cookie line that starts a browser's session; an empty token ends it. */
export function sessionCookie(token: string, secure: boolean): string {
  const maxAge = token === '' ? 0 : SESSION_DAYS * 24 * 3600;
  return `${NAME}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** The session token of a Cookie header. */
export function readSessionCookie(header: string | undefined): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1);
}
