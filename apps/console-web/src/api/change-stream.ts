/** A browser gives up by itself when it is refused, say during a restart. */
const REOPEN_MS = 5_000;

export interface ChangeListener {
  /** What of the workspace changed, as the server calls it. */
  changed(topics: string[]): void;
  /** The stream was cut. */
  lost(): void;
}

/** The server's events that say what changed. After every cut they begin with everything, so nothing is missed. */
export class ChangeStream {
  private source?: EventSource;

  get isOpen(): boolean {
    return this.source?.readyState === EventSource.OPEN;
  }

  /** @returns a function that ends it */
  follow({ changed, lost }: ChangeListener): () => void {
    let reopen: number | undefined;
    const open = () => {
      const source = new EventSource('/api/v1/events');
      this.source = source;
      source.addEventListener('changed', ({ data }) => {
        changed((JSON.parse(String(data)) as { topics: string[] }).topics);
      });
      source.addEventListener('error', () => {
        lost();
        if (source.readyState === EventSource.CLOSED) reopen = window.setTimeout(open, REOPEN_MS);
      });
    };
    open();
    return () => {
      window.clearTimeout(reopen);
      this.source?.close();
      this.source = undefined;
    };
  }
}
