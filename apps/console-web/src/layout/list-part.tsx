import { useEffect, useRef, useState, type ReactNode } from 'react';

/** How far from what can be seen a part still is in the document. */
const MARGIN = '1500px 0px';

/** What a long list scrolls in is marked by this. */
export const SCROLLER = { 'data-scroller': true } as const;

interface ListPartProps {
  as: 'ol' | 'ul';
  className?: string;
  children: ReactNode;
}

/**
 * A part of a long list, so that the document stays small however long the list becomes: far from what can be seen it is an empty box of
 * the height that it had. Whoever has the keyboard in it keeps it.
 */
export function ListPart({ as: List, className, children }: ListPartProps) {
  const [height, setHeight] = useState<number>();
  const list = useRef<HTMLOListElement & HTMLUListElement>(null);
  useEffect(() => {
    const element = list.current!;
    const observer = new IntersectionObserver(
      (entries) => {
        const { isIntersecting, boundingClientRect: box } = entries.at(-1)!;
        if (isIntersecting) setHeight(undefined);
        // Without a width, the whole list is hidden.
        else if (box.width > 0 && !element.contains(document.activeElement)) setHeight(box.height);
      },
      { root: element.closest('[data-scroller]'), rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const isFar = height !== undefined;
  return (
    <List
      ref={list}
      className={className}
      style={isFar ? { height, boxSizing: 'border-box' } : undefined}
      aria-hidden={isFar || undefined}
    >
      {isFar ? null : children}
    </List>
  );
}
