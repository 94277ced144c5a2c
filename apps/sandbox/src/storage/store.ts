import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setImmediate as nextTick } from 'node:timers/promises';
import { SCHEMA } from './schema.js';

/** How long units may run one after another before timers and sockets get a turn. */
const YIELD_AFTER_MS = 15;

/**
 * The sandbox's memory: one SQLite file, or only RAM when no directory is given.
 *
 * All work happens in units, one at a time, each one transaction. A unit may await Signal cryptography but no real I/O,
 * so nothing else runs between its statements. What a unit wants to send goes to `afterCommit`: a stanza leaves only when
 * everything it confirms is durable, and stanzas leave in the order of the commits.
 */
export class Store {
  private readonly statements = new Map<string, StatementSync>();
  private tail: Promise<unknown> = Promise.resolve();
  private effects: (() => void)[] = [];
  private lastYield = performance.now();
  private closed = false;

  private constructor(private readonly database: DatabaseSync) {}

  static open(dataDir?: string): Store {
    if (dataDir) mkdirSync(dataDir, { recursive: true });
    const database = new DatabaseSync(dataDir ? join(dataDir, 'sandbox.sqlite') : ':memory:');
    // WAL without a flush per commit: survives the death of the process, not a power cut.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
    database.exec(SCHEMA);
    return new Store(database);
  }

  run(sql: string, ...values: SQLInputValue[]): { changes: number; id: number } {
    const { changes, lastInsertRowid } = this.prepared(sql).run(...values);
    return { changes: Number(changes), id: Number(lastInsertRowid) };
  }

  find<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepared(sql).get(...values) as Row | undefined;
  }

  list<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepared(sql).all(...values) as Row[];
  }

  /** Runs `work` alone and in one transaction; when it throws, nothing of it remains and its effects are dropped. */
  unit<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (this.closed) return Promise.reject(new Error('The sandbox has stopped.'));
    const turn = this.tail.then(() => this.runUnit(work));
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  /** Within a unit: do this once the unit is durable. Effects run in order and may use the store. */
  afterCommit(effect: () => void): void {
    this.effects.push(effect);
  }

  /** Waits for the units that were asked for, then closes the file. Later units are refused. */
  async close(): Promise<void> {
    this.closed = true;
    await this.tail;
    this.statements.clear();
    this.database.close();
  }

  private async runUnit<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    if (performance.now() - this.lastYield > YIELD_AFTER_MS) {
      await nextTick();
      this.lastYield = performance.now();
    }
    this.effects = [];
    const result = await this.transaction(work);
    const effects = this.effects.splice(0);
    // What effects write (that something was sent, and when) is saved together.
    if (effects.length > 0) await this.transaction(() => effects.forEach((effect) => effect()));
    return result;
  }

  private async transaction<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    this.database.exec('BEGIN');
    try {
      const result = await work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private prepared(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.database.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

/** SQLite gives plain byte arrays; libsignal insists on Buffers. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
