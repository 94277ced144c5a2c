import { createHmac, randomBytes } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';

/** A new signing secret in the Standard Webhooks form: `whsec_` and 32 random bytes in base64. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + randomBytes(32).toString('base64');
}

/**
 * The three headers of Standard Webhooks (https://www.standardwebhooks.com): an HMAC-SHA256 over `id.timestamp.body`.
 * With several secrets (during a rotation) the receiver may verify with any of them.
 */
export function signWebhook(
  secrets: readonly string[],
  request: { id: string; body: string; at: Date },
): { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string } {
  const timestamp = String(Math.floor(request.at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${request.id}.${timestamp}.${request.body}`).digest('base64')}`;
  });
  return {
    'webhook-id': request.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
