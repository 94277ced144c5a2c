import { findJsonError } from './json-error.js';

export type JsonObject = Record<string, unknown>;

/** Reads a body as a JSON object in UTF-8, or says what keeps it from being one. */
export function readJsonObject(body: Uint8Array | undefined): { value: JsonObject } | { problem: string } {
  if (!body || body.length === 0) return { problem: 'The body is empty; it must be a JSON object' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { problem: 'The body is not valid UTF-8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { line, column, what } = findJsonError(text);
    return { problem: `The body is not valid JSON: ${what} at line ${line}, column ${column}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: `The body must be a JSON object, not ${nameOf(value)}` };
  }
  return { value: value as JsonObject };
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return `a ${typeof value}`;
}
