import { Injectable, type BeforeApplicationShutdown, type MessageEvent } from '@nestjs/common';
import {
  CHANGE_TOPICS,
  WorkspaceChange,
  workspaceChangedSubject,
  type ChangeTopic,
} from '@waypost/contracts';
import { Messenger } from '@waypost/messaging';
import { Gauge, Registry } from 'prom-client';
import { Observable } from 'rxjs';
import type { Caller } from '../access/caller.js';
import { ProblemError } from '../http/problem.js';

const MOST_PER_WORKSPACE = 200;
const MOST_STREAMS = 5_000;
/** Then the browser connects again, and what its member may see is asked anew. */
const LONGEST_MS = 5 * 60_000;
const PING_MS = 20_000;
/** How soon a browser connects again after a cut. */
const RECONNECT_MS = 1_000;
const RETRY_AFTER_SECONDS = 30;

interface Workspace {
  streams: Set<Stream>;
  unsubscribe: () => void;
}

interface Stream {
  changed(topics: readonly ChangeTopic[]): void;
  end(): void;
}

/**
 * The open streams of this process: each tells which parts of its own workspace changed, to be read again over the API. A
 * workspace is listened to while somebody looks. What may have been missed is told as a change of everything.
 */
@Injectable()
export class LiveStreams implements BeforeApplicationShutdown {
  private readonly workspaces = new Map<string, Workspace>();
  private size = 0;

  constructor(
    private readonly messenger: Messenger,
    registry: Registry,
  ) {
    const size = () => this.size;
    new Gauge({
      name: 'waypost_console_streams',
      help: 'Open pages that follow what changes.',
      registers: [registry],
      collect() {
        this.set(size());
      },
    });
  }

  /** @throws ProblemError when too many are open */
  open({ workspaceId }: Caller): Observable<MessageEvent> {
    const open = this.workspaces.get(workspaceId)?.streams.size ?? 0;
    if (this.size >= MOST_STREAMS || open >= MOST_PER_WORKSPACE) {
      throw new ProblemError('too-many-streams', 'Too many pages of the console are open; close some.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    return new Observable((subscriber) => {
      const stream: Stream = {
        changed: (topics) => subscriber.next({ type: 'changed', data: { topics } }),
        end: () => subscriber.complete(),
      };
      this.add(workspaceId, stream);
      subscriber.next({ type: 'changed', retry: RECONNECT_MS, data: { topics: CHANGE_TOPICS } });
      const ping = setInterval(() => subscriber.next({ type: 'ping', data: {} }), PING_MS);
      const longest = setTimeout(() => stream.end(), LONGEST_MS);
      return () => {
        clearInterval(ping);
        clearTimeout(longest);
        this.remove(workspaceId, stream);
      };
    });
  }

  /** A server does not stop while it answers, and these answers have no end of their own. */
  beforeApplicationShutdown(): void {
    for (const { streams } of this.workspaces.values()) for (const stream of streams) stream.end();
  }

  private add(workspaceId: string, stream: Stream): void {
    const known = this.workspaces.get(workspaceId);
    const workspace = known ?? this.listen(workspaceId);
    workspace.streams.add(stream);
    this.size++;
  }

  private remove(workspaceId: string, stream: Stream): void {
    const workspace = this.workspaces.get(workspaceId);
    if (!workspace?.streams.delete(stream)) return;
    this.size--;
    if (workspace.streams.size > 0) return;
    this.workspaces.delete(workspaceId);
    workspace.unsubscribe();
  }

  private listen(workspaceId: string): Workspace {
    const streams = new Set<Stream>();
    const tell = (topics: readonly ChangeTopic[]) => streams.forEach((stream) => stream.changed(topics));
    const unsubscribe = this.messenger.listen(workspaceChangedSubject(workspaceId), WorkspaceChange, {
      heard: ({ topics }) => tell(topics),
      missed: () => tell(CHANGE_TOPICS),
    });
    const workspace = { streams, unsubscribe };
    this.workspaces.set(workspaceId, workspace);
    return workspace;
  }
}
