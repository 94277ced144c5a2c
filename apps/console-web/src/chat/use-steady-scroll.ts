import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Whoever is nearer to the lower end than this is shown what comes there. */
const AT_END_PX = 40;

/**
 * A box that scrolls from the bottom up: what is added above moves nothing, and what is added below moves nothing either, for whoever has scrolled
 * away from there or has more to come there.
 * @param newest what stands last
 */
export function useSteadyScroll(
  newest: string | undefined,
  isCut: boolean,
): RefObject<HTMLDivElement | null> {
  const scroller = useRef<HTMLDivElement>(null);
  const before = useRef({ newest, isCut, height: 0 });
  useLayoutEffect(() => {
    const box = scroller.current!;
    const last = before.current;
    const isAway = last.isCut || box.scrollTop < -AT_END_PX;
    if (last.newest !== newest && last.newest && isAway) box.scrollTop -= box.scrollHeight - last.height;
    before.current = { newest, isCut, height: box.scrollHeight };
  });
  return scroller;
}
