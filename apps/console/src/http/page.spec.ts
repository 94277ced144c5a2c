import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cursorParts, readCursor, toPage } from './page.js';
import { ProblemError } from './problem.js';

const PARTS = [cursorParts.instant, cursorParts.bigint];

describe('a cursor', () => {
  it('is read back as it was given out', () => {
    const keys = fc.tuple(
      fc.option(fc.bigInt({ min: -(10n ** 17n) + 1n, max: 10n ** 17n - 1n }).map(String)),
      fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }).map(String),
    );
    fc.assert(
      fc.property(keys, (key) => {
        const page = toPage(
          [key, key],
          1,
          () => null,
          (row) => row,
        );
        expect(readCursor(page.nextCursor!, PARTS)).toEqual(key);
      }),
    );
  });

  it('is refused, and never thrown over, whatever it holds', () => {
    const contents = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(fc.string()).map((parts) => JSON.stringify(parts)),
    );
    fc.assert(
      fc.property(contents, fc.boolean(), (content, encoded) => {
        const cursor = encoded ? Buffer.from(content).toString('base64url') : content;
        try {
          const [at, id] = readCursor(cursor, PARTS);
          expect(id).toMatch(/^\d{1,18}$/);
          expect(at ?? '0').toMatch(/^-?\d{1,17}$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
    );
  });
});

describe('a page', () => {
  it('has a next one only when there is more', () => {
    const page = (rows: number[]) =>
      toPage(
        rows,
        2,
        (row) => row,
        (row) => [String(row)],
      );
    expect(page([])).toEqual({ items: [], nextCursor: null });
    expect(page([1, 2])).toEqual({ items: [1, 2], nextCursor: null });
    expect(page([1, 2, 3])).toMatchObject({ items: [1, 2], nextCursor: expect.any(String) });
  });
});
