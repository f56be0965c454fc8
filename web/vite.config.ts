/** How the console is built: `npm run build:console` makes `dist/web`, which the service serves below `/console/`. */
import react from '@vitejs/plugin-react';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Puts `.br` and `.gz` beside every text, so that the server compresses nothing while somebody waits. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  // From the disk: earlier, Vite itself still has places to fill in.
  writeBundle: {
    order: 'post',
    handler({ dir }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        if (!/\.(?:js|css|svg)$/.test(fileName)) continue;
        const file = join(dir!, fileName);
        const source = readFileSync(file);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(`${file}.br`, brotliCompressSync(source, { params }));
        writeFileSync(`${file}.gz`, gzipSync(source, { level: 9 }));
      }
    },
  },
};

// Vite asks for a default export.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react(), compressed],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2024',
    // The policy for content allows no data: addresses but for images, and every file is cached for good anyway.
    assetsInlineLimit: 0,
    // The manifest is what the size check goes through.
    manifest: true,
    chunkSizeWarningLimit: 1000,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4180' } },
});
