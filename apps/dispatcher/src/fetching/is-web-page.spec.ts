import { describe, expect, it } from '@jest/globals';
import { isWebPage } from './is-web-page.js';

const utf16 = (text: string, bom: number[], swap: boolean) => {
  const bytes = Buffer.from(text, 'utf16le');
  return Buffer.concat([Buffer.from(bom), swap ? bytes.swap16() : bytes]);
};
const PAGE = '<!DOCTYPE html><html><body>Sign in</body></html>';

describe('a web page', () => {
  it.each([
    ['a document type', PAGE],
    ['one in other letters', '<!doctype HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">'],
    ['its html element', '<html lang="en"><head></head></html>'],
    ['its head', '<HEAD>'],
    ['its body', '<body onload="go()">'],
    ['a script', '<script>location = "https://files.example/sign-in"</script>'],
    ['a title', '<title>Download</title>'],
    ['white space', ` \r\n\t${PAGE}`],
    ['comments', `<!-- one --> <!--\ntwo -->\n${PAGE}`],
    ['a declaration of XML', `<?xml version="1.0" encoding="UTF-8"?>\n${PAGE}`],
  ])('is known by %s at its beginning, whatever its type is called', (_what, text) => {
    for (const type of [undefined, 'application/pdf', 'text/html']) {
      expect(isWebPage(Buffer.from(text), type)).toBe(true);
    }
  });

  it('is known behind a byte order mark, in UTF-16 as well', () => {
    expect(isWebPage(Buffer.from(`\uFEFF${PAGE}`), undefined)).toBe(true);
    expect(isWebPage(utf16(PAGE, [0xff, 0xfe], false), undefined)).toBe(true);
    expect(isWebPage(utf16(PAGE, [0xfe, 0xff], true), undefined)).toBe(true);
  });

  it('is known by any tag where its server calls it one', () => {
    const fragment = Buffer.from('Your link has expired.<br>Ask for <a href="/new">a new one</a>.');
    expect(isWebPage(fragment, 'text/html; charset=utf-8')).toBe(true);
    expect(isWebPage(fragment, 'Application/XHTML+XML')).toBe(true);
    expect(isWebPage(fragment, 'text/plain')).toBe(false);
  });
});

describe('no web page', () => {
  it.each([
    ['text', 'Dear customer, <b>not</b> a page'],
    ['text about HTML', 'Write <html> first.'],
    ['CSV', 'name,amount\nAda,3\n'],
    ['JSON', '{"html":"<html>"}'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
    ['SVG with a declaration', '<?xml version="1.0"?><!DOCTYPE svg><svg/>'],
    ['XML', '<?xml version="1.0"?><invoice><body/></invoice>'],
    ['an element that only begins like one', '<header>, <bodyguard>, <htmlx>'],
    ['nothing', ''],
    ['a comment without end', '<!-- <html>'],
  ])('is %s', (_what, text) => {
    expect(isWebPage(Buffer.from(text), undefined)).toBe(false);
  });

  it('is a file without tags, though its server calls it one', () => {
    expect(isWebPage(Buffer.from('name,amount\nAda,3\n'), 'text/html')).toBe(false);
  });

  it('is decided in no time, however awkward the content', () => {
    const startedAt = performance.now();
    for (const piece of ['<!--', '<!-- -->', '<?', ' ', '<', '-->', '<!--->']) {
      isWebPage(Buffer.from(piece.repeat(2_000_000 / piece.length)), 'text/html');
    }
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
