import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout. */
export const rootDir = path.resolve(fileURLToPath(new URL('../..', import.meta.url)))

/** A path from the root, in parts. */
export const fromRoot = (...parts) => path.join(rootDir, ...parts)
