import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { end, sleep } from '../support/children.ts'
import { childrenOf, readCommand, readMemory } from '../support/process-figures.ts'

/** Building the console and the player is in it, where they are stale. */
const readyWithinMs = 300_000
const root = fileURLToPath(new URL('../..', import.meta.url))
const ports = { http: 31_960, 'media-http': 31_961, rtmp: 31_962, rtmps: 31_963, srt: 31_964 }

/** What one process of the tree holds. */
export type Held = { name: string; rssMb: number; pssMb: number }

/** A whole Sluice as an operator starts it, `npm start`, on loopback. */
export class Sluice {
  readonly url = `http://127.0.0.1:${ports.http}`
  readonly rtmpUrl = `rtmp://127.0.0.1:${ports.rtmp}/live`
  readonly token = randomBytes(24).toString('hex')
  readonly #child: ChildProcess
  readonly #dataDir: string

  private constructor(dataDir: string) {
    this.#dataDir = dataDir
    const flags = Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_')))
    const own = ['--host', '127.0.0.1', '--data-dir', dataDir, '--log-level', 'warn', '--allow-private-targets']
    this.#child = spawn('npm', ['start', '--', ...flags, ...own], {
      cwd: root,
      env: { ...env, SLUICE_ADMIN_TOKEN: this.token, SLUICE_PROBES: 'off' },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }

  static async start(dataDir: string): Promise<Sluice> {
    const sluice = new Sluice(dataDir)
    await sluice.#ready()
    return sluice
  }

  /** Its process ids with what they are, the one that the operator typed first. */
  tree(): { pid: number; name: string }[] {
    const pid = this.#child.pid!
    return [pid, ...childrenOf(pid)].map((one) => ({ pid: one, name: nameOf(readCommand(one)) }))
  }

  /** Of the one process of that name. */
  pidOf(name: string): number {
    const found = this.tree().find((one) => one.name === name)
    if (found === undefined) throw new Error(`no process '${name}' among ${this.tree().map((one) => one.name)}`)
    return found.pid
  }

  memory(): Held[] {
    return this.tree().map(({ pid, name }) => {
      const { rssBytes, pssBytes } = readMemory(pid)
      return { name, rssMb: rssBytes / 1e6, pssMb: pssBytes / 1e6 }
    })
  }

  async stop(): Promise<void> {
    await end(this.#child)
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  async #ready(): Promise<void> {
    const deadlineMs = performance.now() + readyWithinMs
    while (performance.now() < deadlineMs) {
      if (this.#child.exitCode !== null) throw new Error(`npm start ended with ${this.#child.exitCode}`)
      const answer = await fetch(`${this.url}/readyz`).catch(() => null)
      if (answer?.ok === true) return
      await sleep(200)
    }
    throw new Error(`Sluice was not ready within ${readyWithinMs / 1000} s`)
  }
}

/** What a command line is in this tree. */
function nameOf(command: readonly string[]): string {
  const line = command.join(' ')
  if (/apps\/control\/src\/main/.test(line)) return 'control'
  if (/apps\/engine\/src\/main/.test(line)) return 'engine'
  if (/tools\/boot\//.test(line)) return 'boot'
  if (/^npm\b/.test(line) || /\/npm\b/.test(line)) return 'npm'
  return line.slice(0, 40)
}
