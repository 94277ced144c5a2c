import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';

export const CREDITS = ['credits'];

export type Credits = Schemas['CreditsResource'];
export type CreditEntry = Schemas['CreditEntryResource'];

export function useCredits() {
  return useLive(CREDITS, () => take(api.GET('/api/v1/credits')));
}
