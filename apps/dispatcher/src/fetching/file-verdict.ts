import type { FileKind } from '@waypost/contracts';

/** What became of a file, for good. */
export type FileVerdict =
  { state: 'stored'; kind: FileKind; isWebPage: boolean } | ({ state: 'failed' } & FileFailure);

/** Why a file cannot be had: a code for programs, a sentence for people. */
export interface FileFailure {
  code: string;
  reason: string;
}
