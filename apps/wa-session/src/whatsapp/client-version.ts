import { DEFAULT_CONNECTION_CONFIG, type WAVersion } from '@whiskeysockets/baileys';

/** The version of WhatsApp Web that this release of Baileys was made for. */
export function bundledVersion(): string {
  return DEFAULT_CONNECTION_CONFIG.version.join('.');
}

/** Three numbers with dots, as WhatsApp Web counts its versions. */
export function isVersion(text: string): boolean {
  return /^\d{1,9}\.\d{1,9}\.\d{1,10}$/.test(text);
}

export function parseVersion(version: string): WAVersion {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return [major, minor, patch];
}
