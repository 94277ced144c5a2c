/** A WebSocket that can be read later. */
export interface PausableSocket {
  pause(): void;
  resume(): void;
}

export interface SocketBrakeOptions {
  /** How many stanzas were read and are not durable yet. */
  waiting: () => number;
  socket: () => PausableSocket | null | undefined;
  /** Cuts the connection. */
  cut: (reason: string) => void;
}

const MOST_WAITING = 150;
const FEW_WAITING = 50;
/** What is read between two pauses may be more than one expects; what has no receipt comes again. */
const CUT_AT = 5_000;
const LOOK_EVERY_MS = 50;
/** Longer, and the connection would look dead from both ends. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Stops reading while much of what was read waits for Postgres, which may be slow or away: else it would all be kept in memory, for as
 * long as that lasts. What is not read waits at WhatsApp.
 */
export class SocketBrake {
  private isOn = false;

  constructor(private readonly options: SocketBrakeOptions) {}

  /** Call it whenever something was read. */
  check(): void {
    const waiting = this.options.waiting();
    if (waiting >= CUT_AT) return this.options.cut('too much waits to be stored');
    if (waiting >= MOST_WAITING && !this.isOn) void this.pause();
  }

  private async pause(): Promise<void> {
    this.isOn = true;
    const socket = this.options.socket();
    socket?.pause();
    const until = performance.now() + LONGEST_PAUSE_MS;
    do await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    while (this.options.waiting() > FEW_WAITING && performance.now() < until);
    socket?.resume();
    this.isOn = false;
  }
}
