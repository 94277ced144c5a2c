import type { Claim } from '../index.js';

/** A ref that tells its lane and its place in it. */
export function refOf(lane: number, turn: number): string {
  return `${lane.toString(16).padStart(8, '0')}-0000-4000-8000-${turn.toString(16).padStart(12, '0')}`;
}

export function laneOf(ref: string): number {
  return Number.parseInt(ref.slice(0, 8), 16);
}

function turnOf(ref: string): number {
  return Number.parseInt(ref.slice(24), 16);
}

/** When which item of which lane ended. */
export class Recorder {
  lost = 0;
  private readonly lastEnd: Float64Array;
  private readonly lastTurn: Int32Array;
  private gaps: number[] = [];
  private lateness: number[] = [];
  private violations = 0;
  private items = 0;
  private measuringSince = Infinity;

  constructor(lanes: number) {
    this.lastEnd = new Float64Array(lanes);
    this.lastTurn = new Int32Array(lanes).fill(-1);
  }

  ended(lane: number, claim: Claim): void {
    const now = performance.now();
    const turn = turnOf(claim.ref);
    const last = this.lastTurn[lane]!;
    if (last !== -1 && turn !== last + 1) this.violations++;
    if (now >= this.measuringSince) {
      this.items++;
      this.lateness.push(claim.lateMs);
      if (this.lastEnd[lane]! > 0) this.gaps.push(now - this.lastEnd[lane]!);
    }
    this.lastTurn[lane] = turn;
    this.lastEnd[lane] = now;
  }

  measure(): void {
    this.measuringSince = performance.now();
  }

  take() {
    const ms = performance.now() - this.measuringSince;
    this.measuringSince = Infinity;
    return {
      ms,
      items: this.items,
      gaps: spread(this.gaps),
      lateness: spread(this.lateness),
      violations: this.violations,
      lost: this.lost,
    };
  }
}

function spread(samples: number[]): string {
  if (samples.length === 0) return 'none';
  const sorted = Float64Array.from(samples).sort();
  const at = (share: number) =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(1)} ms`;
  return `min ${at(0)}, p1 ${at(0.01)}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}`;
}
