import { copyFileSync, fstatSync, ftruncateSync, readFileSync, realpathSync, statSync, writeSync } from 'node:fs'

const maxBytes = 10 * 1024 * 1024
/** Asked of the system once in so many bytes: others may write into the same file. */
const lookBytes = 256 * 1024
const appendFlag = 0o2000

/**
 * Where an engine's log lines go: a descriptor that control has opened, a file as a rule. A file that has grown is copied aside and begun
 * anew, so that at most twice `maxBytes` are kept while the engine runs for months; the descriptor stays the same for all who write to it.
 * A line that can't be written (disk full, broken pipe) is lost and counted, and never in anybody's way.
 */
export class LogFile {
  readonly #fd: number
  readonly #maxBytes: number
  #sinceLook = lookBytes
  #lost = 0

  constructor(fd: number, limitBytes = maxBytes) {
    this.#fd = fd
    this.#maxBytes = limitBytes
  }

  /** Lines that could not be written. */
  get lost(): number {
    return this.#lost
  }

  /** As pino wants it. */
  write(line: string): void {
    try {
      writeSync(this.#fd, line)
    } catch {
      this.#lost++
      return
    }
    this.#sinceLook += line.length
    if (this.#sinceLook < Math.min(lookBytes, this.#maxBytes)) return
    this.#sinceLook = 0
    this.#beginAnew()
  }

  #beginAnew(): void {
    try {
      const { size, ino, dev } = fstatSync(this.#fd)
      if (size <= this.#maxBytes) return
      // Only where every writer appends: elsewhere the next line would leave a hole as large as what was cut.
      const flags = Number.parseInt(/^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${this.#fd}`, 'latin1'))?.[1] ?? '0', 8)
      if ((flags & appendFlag) === 0) return
      const path = realpathSync(`/proc/self/fd/${this.#fd}`)
      const file = statSync(path)
      if (!file.isFile() || file.ino !== ino || file.dev !== dev) return
      this.#copy(path)
      ftruncateSync(this.#fd, 0)
    } catch {
      // No file, no Linux, or no descriptor left: it is tried again later.
    }
  }

  /** Without room for the copy the old lines go: the new ones say what is the matter now. */
  #copy(path: string): void {
    try {
      copyFileSync(path, `${path}.1`)
    } catch {
      this.#lost++
    }
  }
}
