import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Import, readImports } from './imports.ts'
import { type Place, placeOf } from './place.ts'
import type { Workspace } from './rules.ts'

/** One source file with all that the rules look at. */
export type SourceFile = { readonly place: Place; readonly text: string; readonly lines: number; readonly imports: readonly Import[] }

const skipped = /(^|\/)(node_modules|dist|data|generated|out|fixtures)(\/|$)/

/** Every TypeScript and boot script of the checkout at `rootDir`. */
export function readSourceFiles(rootDir: string): SourceFile[] {
  const files = globSync(
    ['packages', 'apps', 'tools', 'bench', 'e2e'].map((top) => `${top}/**/*.{ts,tsx,mjs}`),
    {
      cwd: rootDir,
      exclude: (name) => skipped.test(name),
    },
  )
  return files.sort().flatMap((file) => {
    const place = placeOf(file.replaceAll('\\', '/'))
    if (place === null) return []
    const text = readFileSync(path.join(rootDir, file), 'utf8')
    return [{ place, text, lines: text.split('\n').length - 1, imports: readImports(text) }]
  })
}

/** The workspaces by their folder from the root. */
export function readWorkspaces(rootDir: string): Map<string, Workspace> {
  const manifests = globSync('{packages,apps}/*/package.json', { cwd: rootDir }).concat(['bench/package.json', 'e2e/package.json'])
  return new Map(manifests.sort().map((file) => [path.posix.dirname(file), readWorkspace(path.join(rootDir, file))]))
}

type Manifest = {
  name: string
  exports?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

function readWorkspace(file: string): Workspace {
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest
  return {
    name: manifest.name,
    doors: Object.keys(manifest.exports ?? {}),
    dependencies: [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((names) =>
      Object.keys(names ?? {}),
    ),
  }
}
