import { allowedFloors, nodeEdges, roomsWithoutNode } from './floors.ts'
import type { Import } from './imports.ts'
import { type Place, placeOf, resolveRelative } from './place.ts'

/** What a workspace says about itself in package.json: the doors it has, and the packages it may use. */
export type Workspace = { readonly name: string; readonly doors: readonly string[]; readonly dependencies: readonly string[] }

/** The sentence that says what is wrong with one import, or null when it is allowed. `workspaces` is by folder. */
export function judgeImport(place: Place, one: Import, workspaces: ReadonlyMap<string, Workspace>): string | null {
  if (one.from.startsWith('node:')) return one.isType ? null : judgeNode(place, one.from)
  if (one.from.startsWith('.')) return judgeRelative(place, one.from)
  return judgePackage(place, one.from, workspaces)
}

function judgeNode(place: Place, from: string): string | null {
  const home = place.room === null ? place.floor : `${place.floor}/${place.room}`
  if (place.isTest || !roomsWithoutNode.some((room) => home === room || home.startsWith(`${room}/`) || place.floor === room)) return null
  const name = place.file.slice(place.file.lastIndexOf('/') + 1)
  if (place.floor === 'protocols' && nodeEdges.some((edge) => edge === name)) return null
  const except = place.floor === 'protocols' ? ` outside ${nodeEdges.join(', ')}` : ''
  return `${home} knows no Node modules${except}, but imports '${from}'`
}

function judgeRelative(place: Place, from: string): string | null {
  const target = resolveRelative(place.file, from)
  // What starts before Node 24 is found is plain JavaScript, and one piece serves npm and the command line.
  if (place.file.startsWith('apps/cli/bin/') && target.startsWith('tools/boot/')) return null
  const there = placeOf(target)
  if (there === null || there.workspace !== place.workspace) return `'${from}' leaves ${place.workspace}: use the package's name`
  if (there.room === place.room || place.room === null) return null
  if (there.room !== null && !target.endsWith(`/${there.room}/index.ts`)) {
    return `'${from}' reaches past the door of room ${there.room}: import '../${there.room}/index.ts'`
  }
  return null
}

function judgePackage(place: Place, from: string, workspaces: ReadonlyMap<string, Workspace>): string | null {
  const own = workspaces.get(place.workspace)
  const name = from.startsWith('@') ? from.split('/').slice(0, 2).join('/') : from.split('/')[0]!
  if (own !== undefined && own.name !== name && !own.dependencies.includes(name) && !needsNoEntry(place, name, own)) {
    return `'${name}' is not in ${place.workspace}/package.json`
  }
  const target = [...workspaces.values()].find((workspace) => workspace.name === name)
  if (target === undefined) return null
  const door = `.${from.slice(name.length)}`
  if (!target.doors.includes(door)) return `'${from}' is no door of ${name}: ${target.doors.join(', ')}`
  return judgeFloor(place, name.slice('@sluice/'.length), from)
}

function judgeFloor(place: Place, target: string, from: string): string | null {
  const allowed = allowedFloors[place.floor]
  if (allowed === undefined || target === place.floor || allowed.includes(target)) return null
  if (place.isTest && target === 'testkit') return null
  const list = allowed.length === 0 ? 'nothing' : allowed.join(', ')
  return `${place.floor} may import ${list}, not '${from}'`
}

/** What stands beside the house sees all doors; tests may use what the root brings for everybody; zod belongs to the contract, whose schemas are made of it. */
const needsNoEntry = (place: Place, name: string, own: Workspace): boolean =>
  (['e2e', 'bench'].includes(place.floor) && (name.startsWith('@sluice/') || name === 'playwright-core')) ||
  (name === 'zod' && own.dependencies.includes('@sluice/contract')) ||
  (place.isTest && ['@sluice/testkit', 'fast-check', 'playwright-core', 'vitest'].includes(name))
