import { api, take } from '../api/client.js';
import { useLive } from '../api/live.js';

export const ACCOUNTS = ['accounts'];

const SETTLED = ['connected', 'logged_out', 'conflict', 'stopped', 'unlinked'];

export function useAccounts() {
  return useLive(ACCOUNTS, async () => {
    const page = await take(api.GET('/api/v1/accounts', { params: { query: { limit: 100 } } }));
    return page.items;
  });
}

/** One account, looked at closely while something happens to it. */
export function useAccount(accountId: string) {
  return useLive([...ACCOUNTS, accountId], () =>
    take(api.GET('/api/v1/accounts/{accountId}', { params: { path: { accountId } } })),
  );
}

export function isSettled(state: string): boolean {
  return SETTLED.includes(state);
}
