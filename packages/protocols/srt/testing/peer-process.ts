import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'

/** True when `program` is installed: a test of it is skipped with a reason where it is not. */
export function hasProgram(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Another program at the far end, ended by `stop` or by itself. */
export class PeerProcess {
  readonly child: ChildProcessWithoutNullStreams
  /** All it wrote to standard error. */
  errors = ''
  readonly output: Uint8Array[] = []
  readonly exited: Promise<number>
  #waiting: (() => void)[] = []

  constructor(program: string, args: readonly string[], env: Record<string, string> = {}) {
    this.child = spawn(program, args, { stdio: 'pipe', env: { ...process.env, ...env } })
    this.child.stderr.on('data', (text: Buffer) => {
      this.errors += text.toString()
      this.#wake()
    })
    this.child.stdout.on('data', (bytes: Buffer) => {
      this.output.push(bytes)
      this.#wake()
    })
    this.child.stdin.on('error', () => {}) // it may end while we feed it
    this.exited = new Promise((resolve) => {
      this.child.once('close', (code) => {
        resolve(code ?? -1)
        this.#wake()
      })
    })
  }

  get outputBytes(): Buffer {
    return Buffer.concat(this.output)
  }

  /** Resolves when `isThere` holds, which is looked at after each output; rejects after `limitMs`. */
  until(what: string, isThere: () => boolean, limitMs = 15_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${what} within ${limitMs} ms; it says: ${this.errors.slice(-2_000)}`)), limitMs)
      const look = (): void => {
        if (!isThere()) {
          this.#waiting.push(look)
          return
        }
        clearTimeout(timer)
        resolve()
      }
      look()
    })
  }

  /** Feeds standard input at `bytesPerS`, in steps of 10 ms. */
  async feed(data: Uint8Array, bytesPerS: number): Promise<void> {
    const startMs = performance.now()
    for (let at = 0; at < data.length; ) {
      const end = Math.min(data.length, Math.ceil((((performance.now() - startMs) / 1000) * bytesPerS) / 1316) * 1316)
      if (end > at) this.child.stdin.write(data.subarray(at, end))
      at = Math.max(at, end)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  /** Asks it to end, so that it writes out what it holds, and waits for that. */
  async end(): Promise<void> {
    this.child.kill('SIGTERM')
    await this.exited
  }

  /** Ends it by force. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null) this.child.kill('SIGKILL')
    await this.exited
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }
}
