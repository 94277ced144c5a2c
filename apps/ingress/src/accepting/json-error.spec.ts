import { describe, expect, it } from '@jest/globals';
import { findJsonError } from './json-error.js';

describe('the place of an error in JSON', () => {
  it.each<[string, number, number, string]>([
    ['', 1, 1, 'it ends too early'],
    ['  \n ', 2, 2, 'it ends too early'],
    ['{"a":1', 1, 7, 'it ends too early'],
    ['{"a":1,}', 1, 8, 'unexpected "}"'],
    ['{"a" 1}', 1, 6, 'unexpected "1"'],
    ['{a:1}', 1, 2, 'unexpected "a"'],
    ["{'a':1}", 1, 2, 'unexpected "\'"'],
    ['[1,,2]', 1, 4, 'unexpected ","'],
    ['[1}', 1, 3, 'unexpected "}"'],
    ['[] []', 1, 4, 'unexpected "["'],
    ['{"a":tru}', 1, 6, 'unexpected "t"'],
    ['{"a":01}', 1, 7, 'unexpected "1"'],
    ['{"a":"b\nc"}', 1, 8, 'unexpected end of line'],
    ['{"a":"b\tc"}', 1, 8, 'unexpected character U+0009'],
    ['{"a":"\\x"}', 1, 7, 'unexpected "\\"'],
    ['{"a":"b', 1, 8, 'it ends too early'],
    ['{\r\n  "ä😀": “x”\r\n}', 2, 9, 'unexpected "“"'],
    ['{"a":"b" "c":1}', 1, 10, 'unexpected quotation mark'],
  ])('of %j', (text, line, column, what) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(findJsonError(text)).toEqual({ line, column, what });
  });

  it('is found however deep it is', () => {
    expect(findJsonError('['.repeat(300_000))).toEqual({
      line: 1,
      column: 300_001,
      what: 'it ends too early',
    });
  });

  it('is found whatever single character of a right text is lost or replaced', () => {
    const right = '{"a":[1,-2.5e+3,true,null,"x\\u00e9\\n"],"b":{"c":{},"d":[]}}';
    for (let at = 0; at < right.length; at++) {
      for (const broken of [
        right.slice(0, at) + right.slice(at + 1),
        `${right.slice(0, at)}?${right.slice(at + 1)}`,
      ]) {
        try {
          JSON.parse(broken);
        } catch {
          const { line, column } = findJsonError(broken);
          expect(line).toBe(1);
          // What is right before the loss stays right.
          expect(column).toBeGreaterThanOrEqual(Math.min(at, broken.length) - 4);
        }
      }
    }
  });
});
