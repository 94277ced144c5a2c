/** The parts of the console's and the sandbox's answers that the stories look at. */
export interface Chat {
  id: string;
  name: string;
  phone: string | null;
  account: { id: string; phone: string };
}

export interface Message {
  messageId: string;
  direction: 'received' | 'sent';
  origin: 'contact' | 'phone' | 'webhook' | 'console';
  text: string;
  state: string;
  failure: { code: string; reason: string | null } | null;
  attachment: { name: string; kind: string | null; mimeType: string | null; size: number | null } | null;
}

export interface LedgerEntry {
  delta: number;
  balance: number;
  reason: 'grant' | 'charge' | 'refund';
  messageId: string | null;
}

export interface ShownMessage {
  id: string;
  from: string;
  text: string;
  timesReceived: number;
  media?: { kind: string; mimeType: string; fileName?: string; size?: number; sha256?: string };
}

export interface JournalEntry {
  seq: number;
  at: string;
  kind: string;
  phone?: string;
  id?: string;
}
