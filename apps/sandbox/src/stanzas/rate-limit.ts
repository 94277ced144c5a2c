import type { Conditions } from '../faults/conditions.js';
import { IqError, type IqHandler } from './iq.js';

const TOO_MANY = 429;

/** Queries that WhatsApp refuses to who asks too often: about people, and about groups. */
export function rateLimited(conditions: Conditions, answer: IqHandler): IqHandler {
  return (iq) => {
    if (conditions.refusesQuery(iq.device.phone)) throw new IqError(TOO_MANY, 'rate-overlimit');
    return answer(iq);
  };
}
