/** Whose events are being recorded. */
export interface RecordedAccount {
  id: string;
  workspaceId: string;
}
