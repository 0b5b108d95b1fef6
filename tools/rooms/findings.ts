import { findAppProblems } from './app-findings.ts'
import { type AppRooms, appRooms } from './app-rooms.ts'
import { findCycles } from './cycles.ts'
import { floorsWithoutDependencies } from './floors.ts'
import { findUnguarded } from './guards.ts'
import { placeOf, resolveRelative } from './place.ts'
import { judgeImport, type Workspace } from './rules.ts'
import type { SourceFile } from './source-tree.ts'

/** Past this a file is nearly always two things; a first line `// long because: ...` says why it is not. */
const alarmLines = 400

/** Everything that is wrong with the house, one line each, `file:line: sentence`. Empty when all is well. */
export function findProblems(
  files: readonly SourceFile[],
  workspaces: ReadonlyMap<string, Workspace>,
  apps: readonly AppRooms[] = appRooms,
): string[] {
  return [
    ...wrongImports(files, workspaces),
    ...cycles(files),
    ...apps.flatMap((app) => findAppProblems(app, files)),
    ...longFiles(files),
    ...wrongDependencies(workspaces),
    ...findUnguarded(files),
  ]
}

function wrongImports(files: readonly SourceFile[], workspaces: ReadonlyMap<string, Workspace>): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((one) => {
      const problem = judgeImport(file.place, one, workspaces)
      return problem === null ? [] : [`${file.place.file}:${one.line}: ${problem}`]
    }),
  )
}

/** Cycles of files inside a workspace, and of rooms; imports of types alone are erased and make none. */
function cycles(files: readonly SourceFile[]): string[] {
  const byFile = new Map<string, string[]>()
  const byRoom = new Map<string, string[]>()
  for (const file of files.filter((one) => !one.place.isTest)) {
    const targets = file.imports
      .filter((one) => !one.isType && one.from.startsWith('.'))
      .map((one) => resolveRelative(file.place.file, one.from))
    byFile.set(file.place.file, targets)
    const room = roomOf(file.place.file)
    if (room === null) continue
    const rooms = targets.map(roomOf).filter((other) => other !== null && other !== room) as string[]
    byRoom.set(room, [...(byRoom.get(room) ?? []), ...rooms])
  }
  const inFiles = findCycles(byFile)
  const inRooms = findCycles(byRoom)
  return [
    ...inFiles.map((walk) => `${walk[0]}:1: files import each other: ${walk.join(' -> ')}`),
    ...inRooms.map((walk) => `${walk[0]}:1: rooms import each other: ${walk.join(' -> ')}`),
  ]
}

function roomOf(file: string): string | null {
  const place = placeOf(file)
  return place === null || place.room === null ? null : `${place.workspace}/${place.room}`
}

function longFiles(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => file.lines > alarmLines && !file.text.startsWith('// long because: '))
    .map(
      (file) => `${file.place.file}:1: ${file.lines} lines, over ${alarmLines}: find the second noun, or begin with '// long because: ...'`,
    )
}

function wrongDependencies(workspaces: ReadonlyMap<string, Workspace>): string[] {
  return floorsWithoutDependencies.flatMap((floor) => {
    const foreign = (workspaces.get(`packages/${floor}`)?.dependencies ?? []).filter((name) => !name.startsWith('@sluice/'))
    return foreign.map((name) => `packages/${floor}/package.json:1: ${floor} has no dependencies outside the house, but names '${name}'`)
  })
}
