/** Time as a dependency: what decides by time takes `now` from here, so tests move it by hand. */
export interface Clock {
  /** The current instant. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
