import path from 'node:path'

/** Where a file stands: `packages/codecs/h264/sps.ts` is floor `codecs`, room `h264`. The rooms inside an app are those of `app-rooms.ts`. */
export type Place = {
  readonly file: string
  /** Folder of the workspace, from the root: `packages/codecs`, `apps/engine`, `tools`. */
  readonly workspace: string
  readonly floor: string
  /** Null in an app, and for files that lie beside the rooms of a package. */
  readonly room: string | null
  readonly isTest: boolean
}

const testFolders = ['test', 'testing', 'fixtures']

/** The place of a file given from the root, with `/` as separator; null for what belongs to no floor. */
export function placeOf(file: string): Place | null {
  const parts = file.split('/')
  const isTest = /\.(test|bench)\.tsx?$/.test(file) || parts.some((part) => testFolders.includes(part))
  const [top = '', floor = '', third = ''] = parts
  if (top === 'packages') return { file, workspace: `packages/${floor}`, floor, room: parts.length > 3 ? third : null, isTest }
  if (top === 'apps') return { file, workspace: `apps/${floor}`, floor, room: null, isTest }
  if (['tools', 'bench', 'e2e'].includes(top)) return { file, workspace: top, floor: top, room: null, isTest }
  return null
}

/** The file that a relative import of `file` names, from the root. */
export const resolveRelative = (file: string, from: string): string => path.posix.join(path.posix.dirname(file), from)
