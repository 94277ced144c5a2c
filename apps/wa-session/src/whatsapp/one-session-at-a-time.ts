import type { SignalDataSet, SignalDataTypeMap } from '@whiskeysockets/baileys';

interface SessionRecord {
  _sessions?: Record<string, { indexInfo?: { used?: number } }>;
}

export interface SignalKeys {
  get<T extends keyof SignalDataTypeMap>(
    type: T,
    ids: string[],
  ): Promise<{ [id: string]: SignalDataTypeMap[T] }>;
  set(data: SignalDataSet): Promise<void>;
}

/**
 * A contact may have several Signal sessions (both sides began one at the same time). libsignal tries them in turn on one
 * record and advances the ratchet even of those that did not fit, then stores them all: a good session is destroyed for ever.
 * Here every try sees a record with one session only, and what it stores is merged back.
 */
export class OneSessionAtATime implements SignalKeys {
  private trial?: { index: number; candidates: number };

  constructor(private readonly keys: SignalKeys) {}

  /** Runs a decryption once per session of its contact until one fits. @throws the error of the first try when none does */
  async try<T>(decrypt: () => Promise<T>): Promise<T> {
    const trial = { index: 0, candidates: 1 };
    let firstError: unknown;
    try {
      for (; trial.index < trial.candidates; trial.index++) {
        this.trial = trial;
        try {
          return await decrypt();
        } catch (error) {
          firstError ??= error;
        }
      }
      throw firstError;
    } finally {
      this.trial = undefined;
    }
  }

  get: SignalKeys['get'] = async (type, ids) => {
    const found = await this.keys.get(type, ids);
    if (type !== 'session' || !this.trial) return found;
    for (const id of ids) {
      const record = found[id] as SessionRecord | undefined;
      const names = sessionNames(record);
      if (names.length < 2) continue;
      this.trial.candidates = names.length;
      const name = names[Math.min(this.trial.index, names.length - 1)]!;
      found[id] = {
        ...record,
        _sessions: { [name]: record!._sessions![name]! },
      } as unknown as (typeof found)[string];
    }
    return found;
  };

  set: SignalKeys['set'] = async (data) => {
    if (!this.trial || this.trial.candidates < 2 || !data.session) return this.keys.set(data);
    const full = await this.keys.get('session', Object.keys(data.session));
    const merged = Object.fromEntries(
      Object.entries(data.session).map(([id, value]) => {
        const before = full[id] as SessionRecord | undefined;
        const after = value as SessionRecord | null;
        if (!before || !after) return [id, value];
        return [id, { ...after, _sessions: { ...before._sessions, ...after._sessions } }];
      }),
    );
    return this.keys.set({ ...data, session: merged as SignalDataSet['session'] });
  };
}

/** Most recently used first, as libsignal would try them. */
function sessionNames(record: SessionRecord | undefined): string[] {
  const sessions = record?._sessions ?? {};
  return Object.keys(sessions).sort(
    (a, b) => (sessions[b]?.indexInfo?.used ?? 0) - (sessions[a]?.indexInfo?.used ?? 0),
  );
}
