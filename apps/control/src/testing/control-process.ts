import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { adminToken, Caller } from './control-under-test.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))
const readyForm = /Console +(http:\/\/\S+)[\s\S]*server (rtmp:\/\/\S+),/

/** Control as the operator starts it, with a real engine; all ports are the system's choice. */
export class ControlProcess {
  readonly #child: ChildProcess
  stdout = ''
  stderr = ''
  /** Exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>

  constructor(flags: readonly string[], env: Record<string, string> = {}) {
    const inherited = { PATH: process.env['PATH'] ?? '', SLUICE_ADMIN_TOKEN: adminToken, SLUICE_PROBES: 'off' }
    this.#child = spawn(process.execPath, [main, ...flags], { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.ended = once(this.#child, 'close').then(([code, signal]) => code ?? signal)
  }

  /** With every port free, in `dataDir`. */
  static inFolder(dataDir: string, ...flags: string[]): ControlProcess {
    const ports = ['--http-port', '--media-http-port', '--rtmp-port', '--rtmps-port', '--srt-port'].flatMap((flag) => [flag, '0'])
    return new ControlProcess([...ports, '--host', '127.0.0.1', '--data-dir', dataDir, '--allow-private-targets', ...flags])
  }

  /** Resolves once it says that it is ready. */
  async ready(): Promise<{ operator: Caller; rtmp: string }> {
    for (;;) {
      const match = readyForm.exec(this.stdout)
      if (match !== null) {
        const operator = new Caller(match[1]!, { authorization: `Bearer ${adminToken}` })
        return { operator, rtmp: match[2]!.replace('localhost', '127.0.0.1') }
      }
      const next = await Promise.race([once(this.#child.stdout!, 'data'), this.ended])
      if (!Array.isArray(next)) throw new Error(`control ended with ${next}: ${this.stderr}`)
    }
  }

  signal(name: NodeJS.Signals): Promise<number | string> {
    this.#child.kill(name)
    return this.ended
  }
}
