/** Breaks a connection once, now. */
export const CONNECTION_FAULTS = [
  'disconnect',
  'logged_out',
  'replaced',
  'unavailable',
  'restart_required',
  'banned',
  'half_open',
] as const;
/** Changes how the network treats an account from now on. */
export const CONDITION_FAULTS = [
  'delay',
  'drop_acks',
  'duplicate_next',
  'reject_next',
  'new_chats_locked',
  'client_too_old',
  'clear',
] as const;

export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];
export type ConditionFault = (typeof CONDITION_FAULTS)[number];
export type FaultKind = ConnectionFault | ConditionFault;

export interface Fault {
  kind: FaultKind;
  /** `delay`: milliseconds added to everything the server sends; 0 ends it. */
  ms?: number;
  /** `new_chats_locked`: how long from now; 0 ends it. */
  seconds?: number;
  /** `reject_next`: the error code of the ack, e.g. 463 or 479. */
  code?: number;
  /** `drop_acks`, `duplicate_next`, `reject_next`: for how many messages; `drop_acks` without it goes on until `clear`. */
  count?: number;
}

export function isConnectionFault(kind: FaultKind): kind is ConnectionFault {
  return (CONNECTION_FAULTS as readonly string[]).includes(kind);
}
