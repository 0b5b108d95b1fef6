import { defineConfig } from 'vite'

/**
 * Two pages, and the element under a name that never changes, for `<script type="module" src="https://host/player-assets/sluice-player.js">`.
 * All that the pages load lies under /player-assets/.
 */
export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    assetsDir: 'player-assets',
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      input: { watch: 'watch.html', embed: 'embed.html', 'sluice-player': 'src/element/index.ts' },
      preserveEntrySignatures: 'exports-only',
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sluice-player' ? 'player-assets/sluice-player.js' : 'player-assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
