import { open } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER_BYTES = 30;
/** The end record is 22 bytes and a comment of at most 64 KiB. */
const LONGEST_TAIL = 22 + 0xffff;

/** Reads one file out of a zip archive (deflated or stored, without the extensions for huge archives). */
export async function readZipEntry(archive: string, name: string): Promise<Buffer> {
  const file = await open(archive);
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const tail = await read(Math.max(0, size - LONGEST_TAIL), Math.min(size, LONGEST_TAIL));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
    if (end === -1 || tail.readUInt32LE(end) !== END_OF_DIRECTORY)
      throw new Error(`${archive} is not a zip archive`);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at < directory.length && directory.readUInt32LE(at) === DIRECTORY_ENTRY;) {
      const nameLength = directory.readUInt16LE(at + 28);
      const rest = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
      if (directory.toString('utf8', at + 46, at + 46 + nameLength) === name) {
        const offset = directory.readUInt32LE(at + 42);
        const header = await read(offset, LOCAL_HEADER_BYTES);
        const start = offset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
        const content = await read(start, directory.readUInt32LE(at + 20));
        return directory.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content);
      }
      at += 46 + nameLength + rest;
    }
    throw new Error(`${archive} has no ${name}`);
  } finally {
    await file.close();
  }
}
