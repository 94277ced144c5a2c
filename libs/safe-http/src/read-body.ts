import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { RequestFailure } from './http-error.js';

const DECODERS: Record<string, () => Duplex> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/**
 * Reads at most `maxBytes`; leaving the loop early destroys the stream, and with it the connection.
 *
 * @param endWithinMs how long the end may take when so much has come; later it counts as if there were more. Default: no limit.
 */
export async function readUpTo(
  stream: AsyncIterable<Uint8Array> & { destroy?(): unknown },
  maxBytes: number,
  endWithinMs?: number,
): Promise<{ body: Buffer; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isCut = false;
  let timer: NodeJS.Timeout | undefined;
  const cut = () => {
    isCut = true;
    stream.destroy?.();
  };
  try {
    for await (const chunk of stream) {
      chunks.push(chunk.subarray(0, maxBytes - size));
      size += chunk.length;
      if (size > maxBytes) break;
      if (size === maxBytes && endWithinMs !== undefined) timer ??= setTimeout(cut, endWithinMs);
    }
  } catch (error) {
    if (!isCut) throw error;
  } finally {
    clearTimeout(timer);
  }
  return { body: Buffer.concat(chunks), truncated: isCut || size > maxBytes };
}

/**
 * Reads a body whole, decoded: some servers (objects that were stored compressed, say) ignore that nothing but identity was asked for.
 * Neither what comes over the wire nor what it decodes to may be over `maxBytes`; reading stops there.
 *
 * @throws RequestFailure `too_large` or `encoding`, or what broke the stream
 */
export async function readWhole(
  stream: Readable,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? '';
  const decoded = name === '' || name === 'identity' ? stream : decode(stream, name, maxBytes);
  const { body, truncated } = await readUpTo(decoded as AsyncIterable<Uint8Array>, maxBytes);
  if (truncated) throw tooLarge(maxBytes);
  return body;
}

export function tooLarge(maxBytes: number): RequestFailure {
  return new RequestFailure('too_large', `the answer is larger than ${maxBytes} bytes`);
}

async function* decode(stream: Readable, encoding: string, maxBytes: number): AsyncGenerator<Uint8Array> {
  const decoder = DECODERS[encoding]?.();
  if (!decoder) {
    stream.on('error', ignore).destroy();
    throw new RequestFailure(
      'encoding',
      `the answer has the encoding ${encoding.slice(0, 50)}, which was not asked for`,
    );
  }
  let failure: unknown;
  const encoded = async function* () {
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxBytes) throw tooLarge(maxBytes);
        yield chunk;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  // Its failure comes out of the decoder as well, below.
  const fed = pipeline(encoded, decoder).catch(ignore);
  try {
    yield* decoder as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw failure ?? new RequestFailure('encoding', `the answer is not valid ${encoding}`, { cause: error });
  } finally {
    decoder.destroy();
    await fed;
  }
}

function ignore(): void {}
