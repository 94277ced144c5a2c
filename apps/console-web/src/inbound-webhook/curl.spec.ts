import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { curlCommand, readable } from './curl.js';

describe('the command that sends a message', () => {
  it('reaches curl as it was written, whatever stands in it', () => {
    const text = `It's "quoted", $HOME and \`id\`\nand \\ a second line`;
    const command = curlCommand('https://in.example/webhooks/inbound/abc', { phone: '+14155550123', text });
    const seen = execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], {
      encoding: 'utf8',
    });
    const [, , url, , header, , body] = seen.split('\0');
    expect([url, header]).toEqual([
      'https://in.example/webhooks/inbound/abc',
      'Content-Type: application/json',
    ]);
    expect(JSON.parse(body!)).toEqual({ action: 'send', phone: '+14155550123', text });
  });
});

it('what is no JSON is shown as it came', () => {
  expect([readable('{"a":1}'), readable('{"a":')]).toEqual(['{\n  "a": 1\n}', '{"a":']);
});
