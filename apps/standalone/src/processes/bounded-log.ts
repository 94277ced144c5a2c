import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const MOST_BYTES = 5 * 1024 * 1024;
const LAST_WORDS = 20;

/** A log file that never grows past a size: a full one becomes `….1`, which replaces the one before it. */
export class BoundedLog {
  private file?: number;
  private size = 0;
  private last: string[] = [];

  constructor(
    readonly path: string,
    private readonly mostBytes = MOST_BYTES,
  ) {}

  /** A log that cannot be written (a full disk, say) stops no service: the lines are lost. */
  write(chunk: Buffer): void {
    this.last = [...this.last, ...chunk.toString().split('\n').filter(Boolean)].slice(-LAST_WORDS);
    try {
      if (this.size > 0 && this.size + chunk.length > this.mostBytes) this.turn();
      this.open();
      writeSync(this.file!, chunk);
      this.size += chunk.length;
    } catch {
      this.close();
    }
  }

  /** The latest lines. */
  get lastWords(): string {
    return this.last.join('\n');
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    this.size = 0;
  }

  private open(): void {
    if (this.file !== undefined) return;
    this.file = openSync(this.path, 'a', 0o600);
    this.size = fstatSync(this.file).size;
  }

  private turn(): void {
    this.close();
    renameSync(this.path, `${this.path}.1`);
  }
}
