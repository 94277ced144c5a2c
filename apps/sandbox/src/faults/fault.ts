/** Breaks a connection once, now. */
export const CONNECTION_FAULTS = [
  'disconnect',
  'logged_out',
  'replaced',
  'unavailable',
  'restart_required',
  'banned',
  'stream_error',
  'half_open',
] as const;
/** Changes how the network treats an account from now on. */
export const CONDITION_FAULTS = [
  'delay',
  'drop_acks',
  'drop_receipts',
  'duplicate_next',
  'reject_next',
  'reject_late',
  'rate_limited',
  'new_chats_locked',
  'refuse_login',
  'client_too_old',
  'accept_versions',
  'passkey_required',
  'qr_refresh',
  'clear',
] as const;
/** Does both: ends connections now, and keeps them out for a time. */
export const BAN = 'temporary_ban';
/** Changes what waits for an account's devices, once, now. */
export const READDRESS = 'readdress';

export const FAULT_KINDS = [...CONNECTION_FAULTS, BAN, ...CONDITION_FAULTS, READDRESS] as const;

export type ConnectionFault = (typeof CONNECTION_FAULTS)[number];
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** `delay`: milliseconds added to everything the server sends; 0 ends it. `reject_late`: how long after the ack. */
  ms?: number;
  /** `new_chats_locked`, `temporary_ban`: how long from now; 0 ends it. */
  seconds?: number;
  /**
   * `reject_next`, `reject_late`: the error code of the ack, e.g. 463 or 479. `stream_error`, `refuse_login`: the code
   * the device is told. `temporary_ban`: the reason of the ban, as WhatsApp numbers them (101 to 106).
   */
  code?: number;
  /** For how many messages, receipts, queries, logins or scans; `drop_…`, `rate_limited` and `refuse_login` go on without it. */
  count?: number;
  /** `accept_versions`: the clients that are let in, e.g. `2.3000.1035194821`. */
  versions?: string[];
  /** `duplicate_next`: the second copy comes under the other address of who wrote it (LID for phone number, or back). */
  otherAddress?: boolean;
}

export function isConnectionFault(kind: FaultKind): kind is ConnectionFault {
  return (CONNECTION_FAULTS as readonly string[]).includes(kind);
}
