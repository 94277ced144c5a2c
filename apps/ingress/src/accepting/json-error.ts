/** Where a text stops being JSON. */
export interface JsonError {
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
  /** What is there, e.g. `unexpected "}"`. */
  what: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const OTHER_VALUE = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
/** The part of a broken string or word that is still right. */
const STRING_START = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

type Expected = 'value' | 'first element' | 'first key' | 'key' | 'colon' | 'after value' | 'end';

/**
 * Finds the place for the reason that JSON.parse gives without one. Call it only with a text that JSON.parse refused.
 * Reads iteratively: nesting costs memory, not stack.
 */
export function findJsonError(text: string): JsonError {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expected: Expected = 'value';
  for (;;) {
    at = matchEnd(SPACE, text, at) ?? at;
    const next = step(text, at, expected, open);
    if (next === undefined) return describe(text, brokenAt(text, at, expected));
    ({ at, expected } = next);
  }
}

function step(text: string, at: number, expected: Expected, open: ('{' | '[')[]) {
  const char = text[at];
  const afterValue = (): Expected => (open.length === 0 ? 'end' : 'after value');
  switch (expected) {
    case 'first element':
    case 'value': {
      if (char === '{' || char === '[') {
        open.push(char);
        return { at: at + 1, expected: (char === '{' ? 'first key' : 'first element') as Expected };
      }
      if (char === ']' && expected === 'first element') {
        open.pop();
        return { at: at + 1, expected: afterValue() };
      }
      const end = matchEnd(char === '"' ? STRING : OTHER_VALUE, text, at);
      return end === undefined ? undefined : { at: end, expected: afterValue() };
    }
    case 'first key':
    case 'key': {
      if (char === '}' && expected === 'first key') {
        open.pop();
        return { at: at + 1, expected: afterValue() };
      }
      const end = matchEnd(STRING, text, at);
      return end === undefined ? undefined : { at: end, expected: 'colon' as Expected };
    }
    case 'colon':
      return char === ':' ? { at: at + 1, expected: 'value' as Expected } : undefined;
    case 'after value': {
      const inside = open.at(-1);
      if (char === ',') return { at: at + 1, expected: (inside === '{' ? 'key' : 'value') as Expected };
      if (char !== (inside === '{' ? '}' : ']')) return undefined;
      open.pop();
      return { at: at + 1, expected: afterValue() };
    }
    case 'end':
      return undefined;
  }
}

/** Within a string the culprit is the first character that may not be there, not the quotation mark that opens it. */
function brokenAt(text: string, at: number, expected: Expected): number {
  const mayBeString = expected !== 'colon' && expected !== 'after value' && expected !== 'end';
  return mayBeString && text[at] === '"' ? matchEnd(STRING_START, text, at)! : at;
}

function describe(text: string, at: number): JsonError {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const char = text.codePointAt(at);
  return {
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    what: char === undefined ? 'it ends too early' : `unexpected ${nameOf(char)}`,
  };
}

function nameOf(char: number): string {
  if (char === 0x0a) return 'end of line';
  if (char === 0x22) return 'quotation mark';
  const printable = char > 0x20 && char !== 0x7f && (char < 0xd800 || char > 0xdfff);
  return printable
    ? `"${String.fromCodePoint(char)}"`
    : `character U+${char.toString(16).padStart(4, '0').toUpperCase()}`;
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
