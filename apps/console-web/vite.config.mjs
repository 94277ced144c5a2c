import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const assets = fileURLToPath(new URL('dist/assets', import.meta.url));

/** Writes each text asset compressed beside itself, so that the console compresses nothing while it serves. */
const compressed = {
  name: 'compressed-assets',
  apply: 'build',
  closeBundle() {
    for (const name of readdirSync(assets).filter((file) => /\.(js|css|svg)$/.test(file))) {
      const content = readFileSync(`${assets}/${name}`);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
      writeFileSync(`${assets}/${name}.br`, brotliCompressSync(content, { params }));
      writeFileSync(`${assets}/${name}.gz`, gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  plugins: [react(), compressed],
  // No data: URLs, which the page's policy would refuse.
  build: { assetsInlineLimit: 0, sourcemap: false, target: 'es2023' },
  server: { proxy: { '/api': process.env.CONSOLE_URL ?? 'http://127.0.0.1:3000' } },
});
