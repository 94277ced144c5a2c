import type { Schemas } from '../api/client.js';

export const roleWords: Record<Schemas['MemberResource']['role'], string> = {
  owner: 'Owner',
  teammate: 'Teammate',
};
