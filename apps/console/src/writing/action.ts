/** What a member does by one request, as the audit log tells it. */
export interface Action {
  /** The route: the operation's id in the OpenAPI document. */
  name: string;
  /** In words: the operation's summary. */
  summary: string;
  /** To whom or what; names what the path names until somebody knows better. */
  subject: string | null;
  /** The fields of the body that may be told. */
  details: Record<string, unknown>;
  address: string;
  via: 'session' | 'token' | 'link';
  /** Its entry is committed. */
  recorded: boolean;
}
