import path from 'node:path'
import { consoleRooms } from './console.ts'
import { controlRooms } from './control.ts'
import { engineRooms } from './engine.ts'
import { viewersRooms } from './viewers.ts'

/**
 * The rooms of one app and who may enter whom. A folder in `src` is a room, entered by its `index.ts`. Files directly in `src` are the hall:
 * they enter every door, and no room imports them.
 */
export type AppRooms = {
  readonly app: string
  /** Folders whose own folders are rooms as well: `services/output`, `features/inputs`. What lies directly in such a folder is a room too. */
  readonly groups: readonly string[]
  /** From, to, and why, in a few words. `services/*` stands for each room of the group, on either side. */
  readonly pairs: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** The apps whose rooms are listed, and whose imports the check judges by them. */
export const appRooms: readonly AppRooms[] = [controlRooms, engineRooms, viewersRooms, consoleRooms]

/** The room of a file of this app; `''` is the hall, null for what is not in its `src`. */
export function roomInApp({ app, groups }: AppRooms, file: string): string | null {
  const top = `apps/${app}/src/`
  if (!file.startsWith(top)) return null
  const folders = file.slice(top.length).split('/').slice(0, -1)
  return folders.slice(0, groups.includes(folders[0] ?? '') ? 2 : 1).join('/')
}

/** Whether `name` of a list, a room or `group/*`, means this room. */
export const namesRoom = (name: string, room: string): boolean =>
  name === room || (name.endsWith('/*') && path.dirname(name) === path.dirname(room))
