import { describe, expect, it } from '@jest/globals';
import { loggablePath } from './logging.js';

const TOKEN = 'k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY';

describe('the path in a log', () => {
  it.each([
    `/webhooks/inbound/${TOKEN}`,
    `/webhooks/inbound/${TOKEN}?x=1`,
    `/webhooks/inbound//${TOKEN}`,
    `/Webhooks/inbound/${TOKEN}`,
    `/webhooks%2Finbound%2F${TOKEN}`,
    `/webhooks/inbound/x/${TOKEN}`,
    `/webhooks/inbounds/${TOKEN}`,
    `/${TOKEN}/webhooks`,
    `/webhooks/inbound/short`,
  ])('holds no secret: %s', (url) => {
    expect(loggablePath(url)).not.toContain(TOKEN);
    expect(loggablePath(url)).not.toContain('short');
  });

  it('tells what was asked for', () => {
    expect(loggablePath('/api/v1/accounts/0192f7a0-0000-7000-8000-000000000004/pairing?limit=1')).toBe(
      '/api/v1/accounts/0192f7a0-0000-7000-8000-000000000004/pairing',
    );
    expect(loggablePath(`/webhooks/inbound/${TOKEN}`)).toBe('/webhooks/inbound/…');
  });
});
