import { useEffect, useEffectEvent, useRef, type RefObject } from 'react';

const MARGIN = '600px 0px';

/** Calls `onNear` when the element with this ref comes near to what can be seen of its scroller, and again while it stays there and `enabled` comes back. */
export function useNear(enabled: boolean, onNear: () => void): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const near = useEffectEvent(onNear);
  useEffect(() => {
    if (!enabled || !element.current) return;
    const observer = new IntersectionObserver((entries) => entries.at(-1)!.isIntersecting && near(), {
      root: element.current.closest('[data-scroller]'),
      rootMargin: MARGIN,
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [enabled]);
  return element;
}
