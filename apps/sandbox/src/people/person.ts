import type { Addressing } from '../nodes/address.js';

/** Somebody on the network: a simulated contact, the owner of linked devices, or both. */
export interface Person {
  /** `+4915112345678` */
  phone: string;
  /** The digits of the LID, without `@lid`. */
  lid: string;
  name: string;
  onWhatsApp: boolean;
  /** Whether the phone is reachable: it then takes messages and sends delivered receipts at once. */
  online: boolean;
  /** Whether the person reads what arrives, so that a read receipt follows. */
  readsMessages: boolean;
  /** How this person appears to the accounts they write to. */
  addressing: Addressing;
}

export type PersonChange = Partial<Omit<Person, 'phone'>>;
