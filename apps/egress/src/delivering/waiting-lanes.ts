import { laneKinds } from '@waypost/contracts';
import { hasten, setOpen } from '@waypost/lanes';
import { inTransaction } from '@waypost/persistence';
import type { Pool } from 'pg';
import { SweepLoop } from '../sweeping/sweep-loop.js';

export interface WaitingLanesOptions {
  pool: Pool;
  /** Called after each commit that made a delivery lane due. */
  onDeliveriesDue: () => void;
}

/** A safety net only: asked-for work is done at once. */
const RETRY_MS = 1_000;

/**
 * Brings the lanes of an endpoint in line with its state: of a healthy one they are due at once, of a disabled one they are closed.
 *
 * It is no part of the settle that changes the state, which holds lanes already, and would take these against the order of lanes. What a crash
 * prevents between the two is made up for: lanes that wait look by themselves, and whoever finds an endpoint disabled asks for this again.
 * Order of locks: the endpoint, then its lanes, like the console when it enables one.
 */
export class WaitingLanes {
  private readonly asked = new Set<string>();
  private readonly loop = new SweepLoop({
    name: 'waiting lanes',
    step: () => this.alignNext(),
    everyMs: RETRY_MS,
  });

  constructor(private readonly options: WaitingLanesOptions) {}

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** Takes effect when the transaction that holds the endpoints' rows has ended. */
  align(endpointIds: readonly string[]): void {
    if (endpointIds.length === 0) return;
    for (const id of endpointIds) this.asked.add(id);
    this.loop.wake();
  }

  /** @returns true when another one is asked for */
  private async alignNext(): Promise<boolean> {
    const [id] = this.asked;
    if (id === undefined) return false;
    this.asked.delete(id);
    try {
      if (await this.alignOne(id)) this.options.onDeliveriesDue();
    } catch (error) {
      this.asked.add(id);
      throw error;
    }
    return this.asked.size > 0;
  }

  /** @returns true when lanes fell due */
  private alignOne(id: string): Promise<boolean> {
    return inTransaction(this.options.pool, async (tx) => {
      const { rows } = await tx.query<{ state: string }>(
        'select state from outbound_endpoint where id = $1 for no key update',
        [id],
      );
      const state = rows[0]?.state;
      if (state !== 'healthy' && state !== 'disabled') return false;
      if (state === 'disabled') await setOpen(tx, laneKinds.deliver, [id], false);
      // Of a disabled endpoint as well: opened again, its lanes are then due at once.
      return (await hasten(tx, laneKinds.deliver, [id])).length > 0;
    });
  }
}
