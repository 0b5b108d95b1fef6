import path from 'node:path'
import { type AppRooms, namesRoom, roomInApp } from './app-rooms.ts'
import { findCycles } from './cycles.ts'
import type { Import } from './imports.ts'
import { resolveRelative } from './place.ts'
import type { SourceFile } from './source-tree.ts'

/** What is wrong with the rooms inside one app, and with the list of its pairs: `file:line: sentence` each. */
export function findAppProblems(app: AppRooms, files: readonly SourceFile[]): string[] {
  const own = files.filter(({ place }) => roomInApp(app, place.file) !== null)
  if (own.length === 0) return []
  const used = new Set<string>()
  const wrong = own.flatMap((file) =>
    file.imports.flatMap((one) => {
      const problem = judgeAppImport(app, file, one, used)
      return problem === null ? [] : [`${file.place.file}:${one.line}: ${problem}`]
    }),
  )
  const rooms = [...new Set(own.filter(({ place }) => !place.isTest).map(({ place }) => roomInApp(app, place.file)!))].filter(
    (room) => room !== '',
  )
  return [...wrong, ...listProblems(app, files, used), ...circles(app, rooms)]
}

/** The sentence about one import, or null. A pair that allows it is added to `used`. */
function judgeAppImport(app: AppRooms, { place }: SourceFile, { from }: Import, used: Set<string>): string | null {
  if (`${from}/`.startsWith(`@sluice/${app.app}/`) && !place.isTest) return `'${from}' is ${app.app} itself: import the room by its path`
  if (!from.startsWith('.')) return null
  const target = resolveRelative(place.file, from)
  const room = roomInApp(app, place.file)
  const other = roomInApp(app, target)
  if (other === null || other === room) return null
  if (target.split('/').includes('testing')) return place.isTest ? null : `'${from}' is for tests alone`
  if (other === '') return place.isTest ? null : `'${from}' is in the hall of ${app.app}, which no room imports: move it into a room`
  const isFree = place.isTest || room === ''
  const pair = pairsOf(app).find((one) => namesRoom(one.from, room!) && namesRoom(one.to, other))
  if (pair !== undefined && !isFree) used.add(`${pair.from} ${pair.to}`)
  const door = `apps/${app.app}/src/${other}/index.ts`
  if (target !== door) return `'${from}' reaches past the door of room ${other}: import '${relativeFrom(place.file, door)}'`
  return isFree || pair !== undefined ? null : `room ${room} may not enter ${other}: the allowed pairs are in ${listFile(app)}`
}

/** Pairs that no import uses, and pairs without a reason: the list says what is, and why. */
function listProblems(app: AppRooms, files: readonly SourceFile[], used: ReadonlySet<string>): string[] {
  const text = files.find(({ place }) => place.file === listFile(app))?.text ?? ''
  return pairsOf(app).flatMap(({ from, to, why }) => {
    const at = `${listFile(app)}:${lineOfPair(text, from, to)}`
    return [
      ...(used.has(`${from} ${to}`) ? [] : [`${at}: no import uses the pair ${from} -> ${to}: delete it`]),
      ...(why.trim() === '' ? [`${at}: the pair ${from} -> ${to} has no reason`] : []),
    ]
  })
}

/** Circles among the allowed pairs, imports of types included: whoever reads a room would have to read the whole circle. */
function circles(app: AppRooms, rooms: readonly string[]): string[] {
  const edges = new Map<string, string[]>()
  for (const pair of pairsOf(app)) {
    for (const from of rooms.filter((room) => namesRoom(pair.from, room))) {
      const targets = rooms.filter((room) => room !== from && namesRoom(pair.to, room))
      edges.set(from, [...(edges.get(from) ?? []), ...targets])
    }
  }
  return findCycles(edges).map((walk) => `${listFile(app)}:1: allowed pairs make a circle: ${walk.join(' -> ')}`)
}

type Pair = { readonly from: string; readonly to: string; readonly why: string }

const pairsOf = ({ pairs }: AppRooms): Pair[] =>
  Object.entries(pairs).flatMap(([from, targets]) => Object.entries(targets).map(([to, why]) => ({ from, to, why })))

const listFile = ({ app }: AppRooms): string => `tools/rooms/${app}.ts`

/** The line of the pair in its list, for whoever has to change it; 1 when the list is written in another way. */
function lineOfPair(text: string, from: string, to: string): number {
  const lines = text.split('\n').map((line) => line.trim().replaceAll("'", ''))
  const block = lines.findIndex((line) => line.startsWith(`${from}: {`))
  const pair = lines.findIndex((line, i) => i >= block && line.replace(`${from}: { `, '').startsWith(`${to}: `))
  return block < 0 || pair < 0 ? 1 : pair + 1
}

function relativeFrom(file: string, target: string): string {
  const way = path.posix.relative(path.posix.dirname(file), target)
  return way.startsWith('.') ? way : `./${way}`
}
