import { build, defineConfig, type Plugin, type UserConfig } from 'vite'

const target = 'es2022'
/** hls.js is one chunk of some 580 kB before gzip; what counts is in tools/check/bundle-budget.ts. */
const chunkSizeWarningLimit = 700

/**
 * The element in one file under a name that never changes, for `<script type="module" src="https://host/player-assets/sluice-player.js">`
 * and for who serves it from elsewhere.
 */
const element: UserConfig & { configFile: false } = {
  configFile: false,
  base: '/',
  build: {
    ...{ target, chunkSizeWarningLimit },
    outDir: 'dist/player-assets',
    emptyOutDir: false,
    modulePreload: false,
    rolldownOptions: {
      input: 'src/element/index.ts',
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames: 'sluice-player.js', codeSplitting: false },
    },
  },
}

const oneFile: Plugin = {
  name: 'element-in-one-file',
  apply: 'build',
  async closeBundle() {
    await build({ ...element, root: import.meta.dirname, logLevel: 'warn' })
  },
}

/** The two pages. They load hls.js beside their first answer of the server, and not before they draw. All that they load lies under /player-assets/. */
export default defineConfig({
  base: '/',
  plugins: [oneFile],
  build: {
    ...{ target, chunkSizeWarningLimit },
    assetsDir: 'player-assets',
    rolldownOptions: {
      input: { watch: 'watch.html', embed: 'embed.html' },
      output: { entryFileNames: 'player-assets/[name]-[hash].js' },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
