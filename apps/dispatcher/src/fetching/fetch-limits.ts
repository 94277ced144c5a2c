/** How many fetches go on at a time for one host and for one workspace, so that a slow one leaves places for the others. */
export class FetchLimits {
  private readonly taken = new Map<string, number>();

  constructor(private readonly most: number) {}

  /** @returns gives the place back; undefined: there is none at present */
  take(host: string, workspaceId: string): (() => void) | undefined {
    const keys = [`host ${host}`, `workspace ${workspaceId}`];
    if (keys.some((key) => (this.taken.get(key) ?? 0) >= this.most)) return undefined;
    for (const key of keys) this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
    return () => {
      for (const key of keys) this.giveBack(key);
    };
  }

  private giveBack(key: string): void {
    const left = (this.taken.get(key) ?? 0) - 1;
    if (left > 0) this.taken.set(key, left);
    else this.taken.delete(key);
  }
}
