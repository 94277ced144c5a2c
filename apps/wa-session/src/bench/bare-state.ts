import { BufferJSON, type AuthenticationCreds, type SignalDataSet } from '@whiskeysockets/baileys';
import { readFile, writeFile } from 'node:fs/promises';
import type { BenchAccount } from './fleet.js';

/** What a linked account is, as Baileys' own objects. */
export interface LinkedState extends BenchAccount {
  creds: AuthenticationCreds;
  keys: SignalDataSet;
}

/** One line of JSON for each account. */
export async function saveStates(file: string, states: LinkedState[]): Promise<void> {
  await writeFile(file, states.map((state) => `${JSON.stringify(state, BufferJSON.replacer)}\n`).join(''));
}

export async function loadStates(file: string): Promise<LinkedState[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line, BufferJSON.reviver) as LinkedState);
}
