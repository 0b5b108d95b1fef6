import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const pageBytes = 4096

/** What one process held at one moment. Spec: proc_pid_statm(5), proc_pid_fd(5) */
export type ProcessSample = { readonly atMs: number; readonly rssBytes: number; readonly descriptors: number }

export function sampleProcess(pid: number, atMs: number): ProcessSample | null {
  try {
    const rssPages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return { atMs, rssBytes: rssPages * pageBytes, descriptors: readdirSync(`/proc/${pid}/fd`).length }
  } catch {
    return null
  }
}

export type FolderSize = { readonly files: number; readonly bytes: number }

/** All files below a folder. What goes while it is looked at does not count. */
export function sizeOfFolder(folder: string, isCounted: (path: string) => boolean = () => true): FolderSize {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  const sizes = paths.filter(isCounted).flatMap((path) => {
    const entry = statSync(path, { throwIfNoEntry: false })
    return entry?.isFile() === true ? [entry.size] : []
  })
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
