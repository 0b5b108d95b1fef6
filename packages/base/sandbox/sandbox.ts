import { existsSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { type Clock, systemClock } from '../clock/index.ts'
import { type ConfinedChild, type ConfinedJob, startConfined } from './confined-child.ts'
import type { JobLimits, Wall } from './confined-command.ts'
import type { SandboxReport, SandboxWish } from './sandbox-report.ts'

export type SandboxOptions = {
  readonly wish: SandboxWish
  /** User and group that children run as when Sluice is root. */
  readonly uid: number
  /** Folders with the code that children run. */
  readonly code: readonly string[]
  /** Folders that no child may look into. */
  readonly hidden: readonly string[]
  /** Entry file that tries, from inside, what must not work: it reads `{"hidden":[...],"port":n}` and answers a `CheckAnswer`, a line each. */
  readonly check: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock?: Clock
}

/** What the check saw from inside. */
type CheckAnswer = { readonly problem: string | null; readonly readable: readonly string[]; readonly hasNetwork: boolean }

/** All that a child gets of our environment: secrets stand in the rest. */
const passedOn = ['PATH', 'LD_LIBRARY_PATH', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH']
/** A machine under load takes its time to read 170 MB of codecs, and is not to end up with the weaker wall for it. */
const checkLimitMs = 60_000
const maxAnswerBytes = 16 * 1024
const checkLimits: JobLimits = {
  rssBytes: 512 * 1024 * 1024,
  dataBytes: 1536 * 1024 * 1024,
  cpuSeconds: 20,
  cores: null,
  fileBytes: 1024 * 1024,
  niceness: 5,
}

/** Shuts children with native code in as well as this machine lets it: what works is tried once, from inside. */
export class Sandbox {
  readonly #options: SandboxOptions
  readonly #clock: Clock
  readonly #env: Readonly<Record<string, string>>
  #found: Promise<{ wall: Wall; report: SandboxReport }> | null = null
  #report: SandboxReport | null = null

  constructor(options: SandboxOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#env = Object.fromEntries(
      passedOn.flatMap((name) => (options.env[name] === undefined ? [] : [[name, options.env[name]] as [string, string]])),
    )
  }

  /** What is in force; null before it was tried. */
  get report(): SandboxReport | null {
    return this.#report
  }

  /** Tries what works, the first time; the same answer ever after. Never rejects. */
  async find(): Promise<SandboxReport> {
    return (await this.#wall()).report
  }

  /** Starts a job behind the best wall there is. Text: why it could not be started. */
  async start(job: ConfinedJob): Promise<ConfinedChild | string> {
    const { wall } = await this.#wall()
    return startConfined(wall, { ...this.#options, env: this.#env }, this.#clock, job)
  }

  #wall(): Promise<{ wall: Wall; report: SandboxReport }> {
    this.#found ??= this.#try()
    return this.#found
  }

  async #try(): Promise<{ wall: Wall; report: SandboxReport }> {
    const { wish, uid } = this.#options
    const problems: string[] = []
    for (const wall of wallsFor(wish, uid, this.#options.env, problems)) {
      const answer = await this.#check(wall)
      const problem = typeof answer === 'string' ? answer : weaknessOf(wall, answer)
      if (typeof answer !== 'string' && problem === null)
        return this.#settle(wall, { mode: wall.mode, hasNetwork: answer.hasNetwork, problems: [...new Set(problems)] })
      problems.push(`${nameOf(wall)}: ${problem}`)
    }
    const wall: Wall = { mode: 'none', uid: null, cutsNetwork: false }
    return this.#settle(wall, { mode: 'none', hasNetwork: true, problems: [...new Set(problems)] })
  }

  #settle(wall: Wall, report: SandboxReport): { wall: Wall; report: SandboxReport } {
    this.#report = report
    return { wall, report }
  }

  /** Looks at a wall from inside. Text: why it does not stand. */
  async #check(wall: Wall): Promise<CheckAnswer | string> {
    // Whoever is behind the wall must not get through to this port.
    const server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server.once('error', () => resolve()).listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    try {
      return await this.#ask(wall, typeof address === 'object' ? (address?.port ?? 0) : 0)
    } finally {
      server.close()
    }
  }

  #ask(wall: Wall, port: number): Promise<CheckAnswer | string> {
    const { check, hidden, code } = this.#options
    const confined = startConfined(wall, { code, hidden, env: this.#env }, this.#clock, { script: check, limits: checkLimits })
    if (typeof confined === 'string') return Promise.resolve(confined)
    const { promise, resolve } = Promise.withResolvers<CheckAnswer | string>()
    const child = confined.process
    let said = ''
    let words = ''
    child.stdout.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(0, maxAnswerBytes)
    })
    child.stderr.on('data', (bytes: Buffer) => {
      words = (words + bytes.toString()).slice(-maxAnswerBytes)
    })
    child.stdin.on('error', () => {})
    const limit = this.#clock.after(checkLimitMs, () => child.kill('SIGKILL'))
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      limit.cancel()
      const how = confined.ending(code, signal)
      resolve(readAnswer(said) ?? (firstLine(words) || `it ended ${how.signal === null ? `with code ${how.code}` : `by ${how.signal}`}`))
    })
    child.stdin.end(`${JSON.stringify({ hidden, port })}\n`)
    return promise
  }
}

/** Walls worth a try, best first. */
function wallsFor(wish: SandboxWish, uid: number, env: SandboxOptions['env'], problems: string[]): Wall[] {
  if (wish === 'none') return []
  const walls: Wall[] = []
  const isRoot = process.getuid?.() === 0
  if (wish === 'auto' || wish === 'bubblewrap') {
    if (isOnPath('bwrap', env)) {
      // Both at once where we are root: whoever breaks out of one is still in the other.
      if (isRoot) walls.push({ mode: 'bubblewrap', uid, cutsNetwork: true })
      walls.push({ mode: 'bubblewrap', uid: null, cutsNetwork: true })
    } else problems.push('bubblewrap: bwrap is not installed')
  }
  if (wish === 'auto' || wish === 'user') {
    if (isRoot) walls.push({ mode: 'user', uid, cutsNetwork: true }, { mode: 'user', uid, cutsNetwork: false })
    else problems.push('user: Sluice is not started as root')
  }
  return walls
}

const nameOf = ({ mode, uid, cutsNetwork }: Wall): string =>
  mode === 'bubblewrap'
    ? uid === null
      ? 'bubblewrap'
      : 'bubblewrap with a user of its own'
    : cutsNetwork
      ? 'user without network'
      : 'user'

/** Null for a wall that stands. */
function weaknessOf(wall: Wall, { problem, readable, hasNetwork }: CheckAnswer): string | null {
  if (problem !== null) return problem
  if (readable.length > 0) return `the child could still read ${readable.join(' and ')}`
  return wall.cutsNetwork && hasNetwork ? 'the child could still open connections' : null
}

function readAnswer(said: string): CheckAnswer | null {
  for (const line of said.split('\n')) {
    try {
      const { problem, readable, netNamespace, isConnected } = JSON.parse(line) as Record<string, unknown>
      if (problem !== null && typeof problem !== 'string') continue
      if (!Array.isArray(readable) || typeof isConnected !== 'boolean') continue
      return { problem, readable: readable.map(String), hasNetwork: isConnected || netNamespace === ownNetNamespace() }
    } catch {
      // Native code may print, too.
    }
  }
  return null
}

function ownNetNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/net')
  } catch {
    return 'not known'
  }
}

const isOnPath = (program: string, env: SandboxOptions['env']): boolean =>
  (env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, program)))

const firstLine = (words: string): string =>
  words
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim()
    .slice(0, 200) ?? ''
