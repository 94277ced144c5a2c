const LOOKED_AT_BYTES = 64 * 1024;
/** What may stand before the first element: white space, comments, declarations such as <?xml …?>. */
const BEFORE = /^(?:\s+|<!--[^]*?-->|<\?[^]*?\?>)+/;
const OPENING = /^<(?:!doctype\s+html|html|head|body|script|title|meta)(?=[\s>/])/i;
const ANY_TAG =
  /<(?:!doctype\s+html|html|head|body|script|style|title|meta|link|div|span|p|a|h[1-6]|table|form|iframe|img|br|center|font)(?=[\s>/])/i;

/**
 * Whether a file is a page of the web, such as the "sign in" or "click here to download" of a sharing site. A page is known by how it
 * begins; where the server says that it is one, any tag of HTML will do. SVG and other XML are none.
 */
export function isWebPage(content: Buffer, contentType: string | undefined): boolean {
  const text = textOf(content.subarray(0, LOOKED_AT_BYTES));
  if (OPENING.test(text.replace(BEFORE, ''))) return true;
  const saysSo = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '');
  return saysSo && ANY_TAG.test(text);
}

/** Tags are ASCII, so any encoding but UTF-16 can be read as Latin-1. */
function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const utf8Bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('latin1', utf8Bom ? 3 : 0);
}
