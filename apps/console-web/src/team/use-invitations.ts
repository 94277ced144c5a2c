import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';

export const INVITATIONS = ['invitations'];

export type Invitation = Schemas['InvitationResource'];

export function useInvitations() {
  return useLive(INVITATIONS, () =>
    take(api.GET('/api/v1/invitations', { params: { query: { limit: 100 } } })),
  );
}
