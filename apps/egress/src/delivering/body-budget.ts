/**
 * How many bytes of bodies are in memory at a time, between claiming their lanes and writing down how their requests ended. Nothing waits for
 * room: who gets none comes back later.
 */
export class BodyBudget {
  private total = 0;
  private readonly held = new Map<string, number>();
  private readonly takers = new Map<object, { endpointId: string; bytes: number }>();

  /**
   * @param most in all
   * @param mostPerEndpoint so that one that does not answer leaves room for the others; each endpoint gets one body, however large it is
   */
  constructor(
    private readonly most: number,
    private readonly mostPerEndpoint: number,
  ) {}

  /** @returns false when there is no room now */
  take(taker: object, endpointId: string, bytes: number): boolean {
    const held = this.held.get(endpointId) ?? 0;
    if (this.total > 0 && this.total + bytes > this.most) return false;
    if (held > 0 && held + bytes > this.mostPerEndpoint) return false;
    this.total += bytes;
    this.held.set(endpointId, held + bytes);
    this.takers.set(taker, { endpointId, bytes });
    return true;
  }

  /** Gives back what this taker has, if anything. */
  giveBack(taker: object): void {
    const taken = this.takers.get(taker);
    if (!taken) return;
    this.takers.delete(taker);
    this.total -= taken.bytes;
    const left = this.held.get(taken.endpointId)! - taken.bytes;
    if (left > 0) this.held.set(taken.endpointId, left);
    else this.held.delete(taken.endpointId);
  }
}
