import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BoundedLog } from './bounded-log.js';

describe('a log of bounded size', () => {
  let folder: string;
  let log: BoundedLog;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-'));
    log = new BoundedLog(join(folder, 'ingress.log'), 20);
  });

  afterEach(() => {
    log.close();
    rmSync(folder, { recursive: true });
  });

  const content = (name: string) => readFileSync(join(folder, name), 'utf8');

  it('keeps the latest lines in one file and those before in a second one, and drops the rest', () => {
    for (const line of ['first-line', 'second-line', 'third-line', 'fourth-line']) {
      log.write(Buffer.from(`${line}\n`));
    }
    expect(readdirSync(folder).sort()).toEqual(['ingress.log', 'ingress.log.1']);
    expect(content('ingress.log')).toBe('fourth-line\n');
    expect(content('ingress.log.1')).toBe('third-line\n');
  });

  it('goes on where an earlier run ended', () => {
    log.write(Buffer.from('first\n'));
    log.close();
    log.write(Buffer.from('second\n'));
    expect(content('ingress.log')).toBe('first\nsecond\n');
  });

  it('knows the last words', () => {
    log.write(Buffer.from('a\nb\n'));
    log.write(Buffer.from('c\n'));
    expect(log.lastWords).toBe('a\nb\nc');
  });

  it('loses lines, and nothing else, when it cannot be written', () => {
    const lost = new BoundedLog(join(folder, 'missing', 'ingress.log'));
    lost.write(Buffer.from('a\n'));
    expect(lost.lastWords).toBe('a');
  });
});
