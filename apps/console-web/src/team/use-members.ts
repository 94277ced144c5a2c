import { api, take, type Schemas } from '../api/client.js';
import { useLive } from '../api/live.js';

export const MEMBERS = ['members'];

export type Member = Schemas['MemberResource'];

export function useMembers() {
  return useLive(MEMBERS, () => take(api.GET('/api/v1/members', { params: { query: { limit: 100 } } })));
}
