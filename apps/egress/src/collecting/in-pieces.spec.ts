import { describe, expect, it } from '@jest/globals';
import { inPieces, PIECE_BYTES } from './in-pieces.js';

const MB = 1024 * 1024;
const pieces = (...sizes: number[]) => [...inPieces(sizes, (size) => size * MB)];

describe('a list in pieces', () => {
  it('keeps its order, and each piece to the limit', () => {
    expect(PIECE_BYTES).toBe(2 * MB);
    expect(pieces(0.5, 1, 0.5, 0.5, 1.5, 2, 1)).toEqual([[0.5, 1, 0.5], [0.5, 1.5], [2], [1]]);
  });

  it('has a piece of its own for what alone is over the limit', () => {
    expect(pieces(1, 9, 1)).toEqual([[1], [9], [1]]);
  });

  it('is empty when there is nothing', () => {
    expect(pieces()).toEqual([]);
  });
});
