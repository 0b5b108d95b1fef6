import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const bytesPerKb = 1000

/**
 * Fails the build when the JavaScript that is needed before any graph or video, gzipped, is over `maxKb` (decimal). Chunks whose
 * name is in `onDemand` are loaded later and have their own size to answer for. Whoever grows the console raises the number.
 */
export function bundleBudget(maxKb: number, onDemand: readonly string[]): Plugin {
  return {
    name: 'bundle-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk' && !onDemand.includes(file.name))
      const bytes = chunks.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? gzipSync(chunk.code).length : 0), 0)
      const kb = Math.round(bytes / bytesPerKb)
      if (kb > maxKb) this.error(`the console is ${kb} kB of gzipped JavaScript, and its budget is ${maxKb} kB`)
      this.info(`${kb} kB of ${maxKb} kB gzipped JavaScript`)
    },
  }
}
