import { closeSync, openSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

/** Tries what code that decodes media of strangers must not be able to do, and says what came of it: one line in, one line out. */
async function main(): Promise<void> {
  let line = '{}'
  for await (const text of createInterface({ input: process.stdin })) {
    line = text
    break
  }
  const { hidden = [], port = 0 } = JSON.parse(line) as { hidden?: string[]; port?: number }
  const answer = {
    problem: await problemOfCodecs(),
    readable: hidden.filter(isReadable),
    netNamespace: netNamespace(),
    isConnected: await isConnected(port),
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0))
}

/** A wall that keeps the codecs out as well is none that helps. */
async function problemOfCodecs(): Promise<string | null> {
  try {
    await import('node-av/lib')
    return null
  } catch (error) {
    return `node-av can't be loaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`
  }
}

const mostFiles = 200

/** Whether a file of the folder opens, by its listing or by the one name that matters most. Names alone are no secret. */
function isReadable(folder: string): boolean {
  const listed = attempt(() => readdirSync(folder).slice(0, mostFiles), [])
  return ['vault.key', ...listed].some((name) =>
    attempt(() => {
      const path = `${folder}/${name}`
      if (!statSync(path).isFile()) return false
      closeSync(openSync(path, 'r'))
      return true
    }, false),
  )
}

function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}

function netNamespace(): string {
  return attempt(() => readlinkSync('/proc/self/ns/net'), '')
}

const answerMs = 2000

function isConnected(port: number): Promise<boolean> {
  if (port === 0) return Promise.resolve(false)
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.setTimeout(answerMs, () => resolve(false))
    socket.on('error', () => resolve(false))
  })
}

await main()
