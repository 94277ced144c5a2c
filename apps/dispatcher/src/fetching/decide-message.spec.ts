import { describe, expect, it } from '@jest/globals';
import { decideMessage } from './decide-message.js';
import type { FileVerdict } from './file-verdict.js';

const stored = (kind: 'image' | 'video' | 'audio' | 'document', isWebPage = false): FileVerdict => ({
  state: 'stored',
  kind,
  isWebPage,
});
const decide = (verdict: FileVerdict, text: string, fileName = 'report.pdf') =>
  decideMessage(verdict, { text, fileName });
const withFile = { kind: 'ready', textFollows: false };
const follows = { kind: 'ready', textFollows: true };

describe('a message whose file came', () => {
  it.each(['image', 'video', 'document'] as const)('has its text as caption when it fits: %s', (kind) => {
    expect(decide(stored(kind), 'x'.repeat(1_024))).toEqual(withFile);
    expect(decide(stored(kind), 'x'.repeat(1_025))).toEqual(follows);
  });

  it('has its text after it when it is audio', () => {
    expect(decide(stored('audio'), 'x')).toEqual(follows);
  });

  it('has nothing after it when it has no text', () => {
    expect(decide(stored('audio'), '')).toEqual(withFile);
    expect(decide(stored('image'), '')).toEqual(withFile);
  });

  it('has a caption of at most 1,024 UTF-16 code units', () => {
    expect(decide(stored('image'), '🙂'.repeat(512))).toEqual(withFile);
    expect(decide(stored('image'), '🙂'.repeat(513))).toEqual(follows);
  });
});

describe('a message whose file is a web page', () => {
  it.each(['report.pdf', 'page.html.pdf', 'html', 'page.xhtml', 'page.htmlx'])(
    'fails when it is to be called %s',
    (name) => {
      expect(decide(stored('document', true), 'x', name)).toEqual({
        kind: 'failed',
        code: 'file_web_page',
        reason: 'file_url returned a web page, not a file; use a direct download link',
      });
    },
  );

  it.each(['page.html', 'page.htm', 'PAGE.HTML', '.htm'])('is sent when it is to be called %s', (name) => {
    expect(decide(stored('document', true), '', name)).toEqual(withFile);
  });
});

it('a message whose file failed fails like it', () => {
  expect(decide({ state: 'failed', code: 'file_empty', reason: 'The file is empty' }, 'x')).toEqual({
    kind: 'failed',
    code: 'file_empty',
    reason: 'The file is empty',
  });
});
