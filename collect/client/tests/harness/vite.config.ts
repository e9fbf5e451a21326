/** Builds the page on which the browser tests use single widgets: the widgets are real, what is below them is told apart. */
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [vue()],
  resolve: {
    alias: [
      { find: /^@\/engine$/, replacement: here('./engine.ts') },
      { find: /^@\/queue\/space$/, replacement: here('./queue.ts') },
      { find: /^@\/store\/files$/, replacement: here('./files.ts') },
      { find: /^@\//, replacement: here('../../src/') },
    ],
  },
  build: { emptyOutDir: true, assetsInlineLimit: 0, sourcemap: false },
});
