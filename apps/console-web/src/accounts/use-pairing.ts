import { useEffect, useRef } from 'react';
import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';
import { useAction } from '../feedback/use-action.js';
import { ACCOUNTS } from './use-accounts.js';

export type Pairing = Schemas['PairingResource'];
export type PairingWish = Schemas['RequestPairingBody'];

/** The linking of an account as it goes on: a QR is asked for at once, and again when nobody scanned it in time. */
export function usePairing(accountId: string) {
  const params = { path: { accountId } };
  const key = ['pairing', accountId];
  const pairing = useLive(key, () => take(api.GET('/api/v1/accounts/{accountId}/pairing', { params })));
  const request = useAction({
    run: (wish: PairingWish) =>
      take(api.POST('/api/v1/accounts/{accountId}/pairing', { params, body: wish })),
    changes: [key, ACCOUNTS],
    quiet: true,
  });
  const asked = useRef(false);
  const { mutate } = request;
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    mutate({ method: 'qr' });
  }, [mutate]);
  return { pairing, request };
}
