/** A clock that stands still until the test moves it; it fits kernel's `Clock`. */
export class ManualClock {
  private instant: number;

  constructor(start: Date | string = '2026-01-01T00:00:00.000Z') {
    this.instant = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.instant);
  }

  advance(ms: number): void {
    this.instant += ms;
  }

  set(instant: Date | string): void {
    this.instant = new Date(instant).getTime();
  }
}
