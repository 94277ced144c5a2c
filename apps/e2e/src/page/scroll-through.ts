import type { Page } from 'playwright-core';

export interface Scrolled {
  /** The numbers of the messages that came into view, smallest first. */
  seen: number[];
  /** The most messages that were in the document at once. */
  mostRows: number;
  frames: number;
  /** Frames in which the middle of the list showed nothing. */
  blankFrames: number;
  /** Between two frames, in milliseconds. */
  longestFrameMs: number;
  medianFrameMs: number;
}

interface Way {
  /** Pixels per frame; negative is up, to older messages. */
  step: number;
  /** Ends when this message has been seen. */
  until: number;
}

/** Scrolls through the chat that is open, one step per frame, and looks at each frame what is there. */
export function scrollThrough(page: Page, way: Way): Promise<Scrolled> {
  return page.evaluate(async ({ step, until }) => {
    const log = document.querySelector('[role=log]')!;
    const box = log.getBoundingClientRect();
    const middle = (box.top + box.bottom) / 2;
    const seen = new Set<number>();
    const times: number[] = [];
    let [mostRows, blankFrames, stuckSince, last] = [0, 0, performance.now(), performance.now()];
    while (!seen.has(until) && performance.now() - stuckSince < 10_000) {
      const before = log.scrollTop;
      log.scrollBy({ top: step, behavior: 'instant' });
      if (log.scrollTop !== before) stuckSince = performance.now();
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
      const rows = [...log.querySelectorAll('li')];
      mostRows = Math.max(mostRows, rows.length);
      let nearest = Infinity;
      for (const row of rows) {
        const { top, bottom } = row.getBoundingClientRect();
        if (bottom < box.top || top > box.bottom) continue;
        seen.add(Number(row.textContent!.match(/Message (\d+) of it/)![1]));
        nearest = Math.min(nearest, Math.max(top - middle, middle - bottom));
      }
      // A day's name and the gaps around it are lower than that.
      if (nearest > 80) blankFrames++;
    }
    times.sort((one, other) => one - other);
    return {
      seen: [...seen].sort((one, other) => one - other),
      mostRows,
      frames: times.length,
      blankFrames,
      longestFrameMs: times.at(-1) ?? 0,
      medianFrameMs: times[Math.floor(times.length / 2)] ?? 0,
    };
  }, way);
}

/** The numbers in between that are missing. */
export function missingIn(seen: number[]): number[] {
  const known = new Set(seen);
  const missing: number[] = [];
  for (let number = seen[0] ?? 0; number < (seen.at(-1) ?? 0); number++)
    if (!known.has(number)) missing.push(number);
  return missing;
}
