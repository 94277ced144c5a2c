import type { FileFailure, FileVerdict } from './file-verdict.js';

/** A message that waits for its file. */
export interface WaitingMessage {
  id: string;
  workspaceId: string;
  fileId: string;
  chatId: string;
  text: string;
  fileName: string;
}

export type MessageDecision =
  | ({ kind: 'failed' } & FileFailure)
  /** It can be sent; its text goes with the file, or after it as a message of its own. */
  | { kind: 'ready'; textFollows: boolean };

/** As WhatsApp counts: in UTF-16 code units. */
const CAPTION_MAX_LENGTH = 1_024;
const WEB_PAGE_NAME = /\.html?$/i;

export function decideMessage(
  verdict: FileVerdict,
  { text, fileName }: Pick<WaitingMessage, 'text' | 'fileName'>,
): MessageDecision {
  if (verdict.state === 'failed') return { kind: 'failed', code: verdict.code, reason: verdict.reason };
  if (verdict.isWebPage && !WEB_PAGE_NAME.test(fileName)) {
    return {
      kind: 'failed',
      code: 'file_web_page',
      reason: 'file_url returned a web page, not a file; use a direct download link',
    };
  }
  const hasCaption = verdict.kind !== 'audio';
  return {
    kind: 'ready',
    textFollows: text !== '' && !(hasCaption && text.length <= CAPTION_MAX_LENGTH),
  };
}

/** Whether some message of such a file may fail. */
export function mayFailMessages(verdict: FileVerdict): boolean {
  return verdict.state === 'failed' || verdict.isWebPage;
}
