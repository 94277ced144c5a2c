import { describe, expect, it } from '@jest/globals';
import { deflateRawSync } from 'node:zlib';
import { describeContent } from './describe-content.js';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const box = (brand: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), latin1(`ftyp${brand}`), Buffer.alloc(20)]);
const ogg = (codec: string) =>
  Buffer.concat([latin1('OggS'), Buffer.alloc(24), latin1(codec), Buffer.alloc(30)]);
const PNG = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  Buffer.alloc(17),
  Buffer.from('0000000049444154', 'hex'),
  Buffer.alloc(30),
]);
const JPEG = Buffer.from('ffd8ffe000104a46494600010100', 'hex');
const PDF = latin1('%PDF-1.7\n%âãÏÓ\n');

/** The first entry of a zip. */
function zip(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, latin1(name), packed]);
}

const describing = async (content: Buffer, name = 'file', type?: string) => {
  const { kind, mimeType, isWebPage } = await describeContent(content, name, type);
  return isWebPage ? 'web page' : `${kind} ${mimeType}`;
};

describe('what a file is', () => {
  it.each([
    ['JPEG', JPEG, 'image image/jpeg'],
    ['PNG', PNG, 'image image/png'],
    ['WebP', latin1('RIFF\0\0\0\0WEBPVP8 '), 'image image/webp'],
    ['MP4', box('isom'), 'video video/mp4'],
    ['3GP', box('3gp5'), 'video video/3gpp'],
    ['MP3', Buffer.concat([Buffer.from('fffb9064', 'hex'), Buffer.alloc(400)]), 'audio audio/mpeg'],
    ['M4A', box('M4A '), 'audio audio/mp4'],
    ['AAC', Buffer.concat([Buffer.from('fff15080', 'hex'), Buffer.alloc(400)]), 'audio audio/aac'],
    ['AMR', latin1('#!AMR\n'), 'audio audio/amr'],
    ['Opus', ogg('OpusHead'), 'audio audio/ogg; codecs=opus'],
    ['PDF', PDF, 'document application/pdf'],
    ['GIF', latin1(`GIF89a${'\0'.repeat(20)}`), 'document image/gif'],
    ['HEIC', box('heic'), 'document image/heic'],
    ['QuickTime', box('qt  '), 'document video/quicktime'],
    ['Vorbis', ogg('\u0001vorbis'), 'document audio/ogg'],
    ['WAV', latin1('RIFF\0\0\0\0WAVEfmt '), 'document audio/wav'],
  ])('is told by its bytes, not by its name or its server: %s', async (_format, content, told) => {
    expect(await describing(content, 'page.html', 'text/html')).toBe(told);
  });

  it.each([
    [
      'letter.doc',
      Buffer.concat([Buffer.from('D0CF11E0A1B11AE1', 'hex'), Buffer.alloc(600)]),
      'application/msword',
    ],
    ['app.apk', zip('classes.dex', Buffer.from('x')), 'application/vnd.android.package-archive'],
    ['drawing.svg', Buffer.from('<?xml version="1.0"?><svg/>'), 'image/svg+xml'],
    ['drawing.svg', Buffer.from('<svg/>'), 'image/svg+xml'],
    ['data.csv', Buffer.from('a,b\n'), 'text/csv'],
    ['data.json', Buffer.from('{}'), 'application/json'],
    ['notes', Buffer.from('Grüße'), 'text/plain'],
    ['blob', Buffer.from([0, 1, 2, 255]), 'application/octet-stream'],
    ['blob.zip', zip('a.txt', Buffer.from('x')), 'application/zip'],
  ])('is told by its name where its bytes do not: %s', async (name, content, mimeType) => {
    expect(await describing(content, name)).toBe(`document ${mimeType}`);
  });

  it('is a document when it only claims to be a picture or a film', async () => {
    expect(await describing(Buffer.from('{"error":"expired"}'), 'photo.jpg')).toBe('document image/jpeg');
    expect(await describing(Buffer.from([0, 1, 2, 255]), 'film.mp4')).toBe('document video/mp4');
  });

  it('is audio by its name when it may begin anywhere, and is no text', async () => {
    expect(await describing(Buffer.from([0, 1, 2, 255]), 'song.mp3')).toBe('audio audio/mpeg');
    expect(await describing(Buffer.from('gone'), 'song.mp3')).toBe('document audio/mpeg');
  });

  it('is a web page whatever it is called', async () => {
    const page = Buffer.from('<?xml version="1.0"?><!DOCTYPE html><html></html>');
    for (const name of ['report.pdf', 'page.html', 'page'])
      expect(await describing(page, name)).toBe('web page');
  });

  it('is found out without unpacking what a bomb holds', async () => {
    const bomb = zip('[Content_Types].xml', Buffer.alloc(100_000_000));
    const startedAt = performance.now();
    expect(await describing(bomb, 'bomb.docx')).toMatch(/^document /);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
