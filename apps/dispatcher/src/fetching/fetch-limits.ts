/**
 * How many fetches go on at a time: for one host and for one workspace, so that a slow one leaves places for the others, and half as many
 * for a workspace at one host, so that it leaves places for the others at that host.
 */
export class FetchLimits {
  private readonly taken = new Map<string, number>();

  /** @param most for a host, and for a workspace */
  constructor(private readonly most: number) {}

  /** @returns gives the place back; undefined: there is none at present */
  take(host: string, workspaceId: string): (() => void) | undefined {
    const limits: [string, number][] = [
      [host, this.most],
      [workspaceId, this.most],
      [`${workspaceId} ${host}`, Math.ceil(this.most / 2)],
    ];
    if (limits.some(([key, most]) => this.count(key) >= most)) return undefined;
    for (const [key] of limits) this.taken.set(key, this.count(key) + 1);
    return () => {
      for (const [key] of limits) this.giveBack(key);
    };
  }

  private count(key: string): number {
    return this.taken.get(key) ?? 0;
  }

  private giveBack(key: string): void {
    const left = this.count(key) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
  }
}
