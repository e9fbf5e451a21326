import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { VitePWA } from 'vite-plugin-pwa';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The engine carries its WebAssembly as text in its script. As files of their own they are smaller, need no decoding on
 * the tablet's main thread, and are compiled while they are read. The engine takes an address as well.
 */
function wasmAsFiles(): Plugin {
  return {
    name: 'wasm-as-files',
    apply: 'build',
    transform(code, id) {
      if (!id.includes('@getodk/xforms-engine/dist/')) return null;
      return code.replace(
        /const (\w+) = "data:application\/wasm;base64,([^"]+)"/g,
        (_all, name: string, text: string) => {
          const file = this.emitFile({ type: 'asset', name: `${name}.wasm`, source: Buffer.from(text, 'base64') });
          return `const ${name} = import.meta.ROLLUP_FILE_URL_${file}`;
        },
      );
    },
  };
}

export default defineConfig({
  base: '/app/',
  define: { __APP_VERSION__: JSON.stringify(process.env.npm_package_version ?? '0') },
  resolve: { alias: { '@': here('./src') } },
  plugins: [
    vue({ features: { optionsAPI: false } }),
    wasmAsFiles(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      registerType: 'prompt',
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,woff2,svg,png,wasm,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4_000_000,
      },
      manifest: {
        id: '/app/',
        name: 'ติดตาม · Tidtam',
        short_name: 'ติดตาม',
        description: 'บันทึกการติดตามโครงการ แม้ไม่มีสัญญาณ',
        lang: 'th',
        start_url: '/app/',
        scope: '/app/',
        display: 'standalone',
        background_color: '#ffffff',
        theme_color: '#0b4f5c',
        icons: [
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
  build: {
    outDir: here('../static/client'),
    emptyOutDir: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
  },
  test: {
    environment: 'jsdom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    maxWorkers: 2,
    // On a busy machine the slowest takes ten times its usual second.
    testTimeout: 30_000,
    // The engine's parser loads its WebAssembly in a way that node only takes when vite has transformed it.
    server: { deps: { inline: [/@getodk\//] } },
  },
});
