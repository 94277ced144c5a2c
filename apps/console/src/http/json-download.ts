import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';

/**
 * A file with one JSON object, whose one field is the list of what `items` yields. Written as it is read, so that its size
 * costs no memory; when reading fails in the middle the connection breaks, and the file is seen to be incomplete.
 */
export function jsonDownload(fileName: string, field: string, items: AsyncIterable<unknown>): StreamableFile {
  const file = new StreamableFile(Readable.from(text(field, items), { objectMode: false }), {
    type: 'application/json; charset=utf-8',
    disposition: `attachment; filename="${fileName}"`,
  });
  file.setErrorHandler((_error, response) => (response as unknown as { destroy(): void }).destroy());
  return file;
}

async function* text(field: string, items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = `{${JSON.stringify(field)}:[\n`;
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',\n';
  }
  yield separator === ',\n' ? '\n]}\n' : `${separator}]}\n`;
}
