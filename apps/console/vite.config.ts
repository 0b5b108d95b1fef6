import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `npm run dev` sends what the console does not serve itself: a Sluice that runs already. */
const backend = 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [react()],
  build: {
    target: 'es2023',
    // hls.js and uPlot are loaded on demand and are large by nature; everything else stays below this.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ }],
        },
      },
    },
  },
  server: { proxy: { '/api': backend, '/player-assets': backend, '/watch': backend, '/embed': backend } },
})
