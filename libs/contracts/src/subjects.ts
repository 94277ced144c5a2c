/**
 * NATS subjects. Requests are answered; hints may be lost: whoever acts on one also looks by itself from time to time.
 * `{pod}` stands for one process of wa-session, as leases name their owner; only that process answers.
 */
export const subjects = {
  /** Request: send one message through the WhatsApp connection that this pod holds. SendRequest → SendReply. */
  send: 'wa-session.{pod}.send',
  /** Request: ask WhatsApp about a phone number. LookUpRequest → LookUpReply. */
  lookUp: 'wa-session.{pod}.look-up',
  /** Hint to any dispatcher: a send lane fell due. */
  sendLaneDue: 'hint.lane.send',
  /** Hint to any dispatcher: a file waits to be fetched. */
  fetchLaneDue: 'hint.lane.fetch',
  /** Hint to any egress: a delivery lane fell due. */
  deliverLaneDue: 'hint.lane.deliver',
  /** Hint to any egress: windows of bundles were moved, or are to end now. */
  bundlesDue: 'hint.bundles',
  /** Request to any egress: post a sample to an outbound endpoint. TestOutboundRequest → TestOutboundReply. */
  testOutbound: 'egress.test-outbound',
  /** Hint to any egress: events of WhatsApp wait to be recorded. */
  eventsWaiting: 'hint.events',
  /** Hint to every wa-session pod: an account wants attention (created, pairing requested). */
  accountsChanged: 'hint.accounts',
  /** Hint to whoever shows a workspace to people, `{workspace}`: something changed. WorkspaceChange. */
  workspaceChanged: 'workspace.{workspace}.changed',
} as const;

/** The subject on which one pod takes this kind of request. */
export function podSubject(subject: typeof subjects.send | typeof subjects.lookUp, pod: string): string {
  return subject.replace('{pod}', pod);
}

/** The subject on which changes of one workspace are told. */
export function workspaceChangedSubject(workspaceId: string): string {
  return subjects.workspaceChanged.replace('{workspace}', workspaceId);
}
