/** Most bytes of a piece: what is in memory, and in one statement, is a few times that. */
export const PIECE_BYTES = 2 * 1024 * 1024;

/** Splits a list, in its order, into pieces of no more than so many bytes together, or of one that alone has more. */
export function* inPieces<T>(items: readonly T[], bytesOf: (item: T) => number): Generator<T[]> {
  let piece: T[] = [];
  let total = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    if (piece.length > 0 && total + bytes > PIECE_BYTES) {
      yield piece;
      piece = [];
      total = 0;
    }
    piece.push(item);
    total += bytes;
  }
  if (piece.length > 0) yield piece;
}
