import jsQR from 'jsqr';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { eventually } from '@waypost/testkit';

/** Reads the QR code that a page shows as the camera of a phone would: from its pixels. */
export function readQr(page: Page): Promise<string> {
  return eventually(
    async () => {
      const shot = await page.getByRole('img', { name: 'QR code to scan with WhatsApp' }).screenshot();
      const { data, width, height } = PNG.sync.read(shot);
      const found = scan(new Uint8ClampedArray(data), width, height);
      if (!found) throw new Error('no QR code can be read on the screen');
      return found.data;
    },
    { withinMs: 30_000, everyMs: 200 },
  );
}

/** The package is CommonJS without marks: what it exports is one level deeper for ES modules. */
const scan = (jsQR as unknown as { default?: typeof jsQR.default }).default ?? (jsQR as never);
