import type { Pids } from './data-folder/folder-lock.js';

/** What somebody needs in order to use the running system; the content of `standalone.json`. */
export interface Facts {
  consoleUrl: string;
  ingressUrl: string;
  sandboxUrl: string;
  inboundWebhookUrl: string;
  apiToken: string;
  owner: { email: string; password: string };
  workspaceId: string;
  account: { id: string; phone: string };
  pids: Pids;
}
