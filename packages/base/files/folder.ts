import * as fs from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** What is done to a disk, one call after the other, by threads and processes that may wait for it. Tests put slow and full ones in its place. */
export type FileSystem = Pick<
  typeof fs,
  | 'closeSync'
  | 'existsSync'
  | 'fdatasyncSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readdirSync'
  | 'readFileSync'
  | 'readSync'
  | 'renameSync'
  | 'rmSync'
  | 'statfsSync'
  | 'statSync'
  | 'truncateSync'
  | 'writeFileSync'
  | 'writeSync'
>

export const systemFiles: FileSystem = fs

/** The files of one folder by their names. Calls throw what the system says. */
export type Folder = {
  names(): readonly string[]
  /** Bytes of a file; null: it is not there. */
  size(name: string): number | null
  /** So many bytes from `at`; fewer at the end of the file. */
  read(name: string, at: number, bytes: number): Uint8Array
  truncate(name: string, bytes: number): void
  /** The old content or the new one is there, whatever happens in between. */
  replace(name: string, content: Uint8Array | string): void
  remove(name: string): void
  /** Spec: RFC 1952 §8 */
  crc32(bytes: Uint8Array, before?: number): number
}

export function openFolder(files: FileSystem, folder: string): Folder {
  return {
    names: () => files.readdirSync(folder).sort(),
    size(name) {
      return files.existsSync(join(folder, name)) ? files.statSync(join(folder, name)).size : null
    },
    read(name, at, bytes) {
      if (bytes <= 0 || !files.existsSync(join(folder, name))) return new Uint8Array(0)
      const out = new Uint8Array(bytes)
      const handle = files.openSync(join(folder, name), 'r')
      try {
        return out.subarray(0, readAll(files, handle, out, at))
      } finally {
        files.closeSync(handle)
      }
    },
    truncate: (name, bytes) => files.truncateSync(join(folder, name), bytes),
    replace: (name, content) => replaceFile(files, folder, name, content),
    remove: (name) => files.rmSync(join(folder, name), { force: true }),
    crc32: (bytes, before = 0) => crc32(bytes, before),
  }
}

function readAll(files: FileSystem, handle: number, out: Uint8Array, at: number): number {
  let got = 0
  while (got < out.length) {
    const read = files.readSync(handle, out, got, out.length - got, at + got)
    if (read === 0) break
    got += read
  }
  return got
}

function replaceFile(files: FileSystem, folder: string, name: string, content: Uint8Array | string): void {
  const part = join(folder, `${name}.part`)
  const handle = files.openSync(part, 'w', 0o600)
  try {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    for (let at = 0; at < bytes.length; ) at += files.writeSync(handle, bytes, at, bytes.length - at)
    files.fsyncSync(handle)
  } finally {
    files.closeSync(handle)
  }
  files.renameSync(part, join(folder, name))
}
