import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { engineEnv, engineMallocEnv, settings, viewersNodeFlags } from '@sluice/contract/settings'
import { LineDecoder } from '@sluice/contract/wire'
import { type Program, startProgram } from './program.ts'
import { until } from './wait.ts'

const viewersMain = fileURLToPath(new URL('../../apps/viewers/src/main.ts', import.meta.url))

/** The process that serves viewers of every engine with the same `runDir`, as control starts it. */
export type ViewersProcess = { readonly program: Program; readonly port: number }

/** Starts it on 127.0.0.1 and waits until it serves. `port`: that of one that was there before; a free one unless given. */
export async function startViewersProcess(t: TestContext, runDir: string, port = 0): Promise<ViewersProcess> {
  const env: NodeJS.ProcessEnv = {
    ...engineMallocEnv,
    ...process.env,
    [engineEnv.runDir]: runDir,
    [engineEnv.settingsDigest]: '',
    [settings.host.env]: '127.0.0.1',
    [settings.mediaHttpPort.env]: String(port),
    [settings.dataDir.env]: runDir,
    [settings.logLevel.env]: 'warn',
  }
  const program = startProgram(t, process.execPath, [...viewersNodeFlags, viewersMain], { env })
  const found = { port: 0 }
  await until(`the viewers' process; it says: ${program.output()}`, async () => {
    if (program.hasEnded()) throw new Error(`the viewers' process ended: ${program.output()}`)
    const hello = await helloAt(`${runDir}/viewers.sock`)
    found.port = hello?.pid === program.pid ? hello.port : 0
    return found.port !== 0
  })
  return { program, port: found.port }
}

/** What says hello at the link; null: nobody does. */
function helloAt(path: string): Promise<{ pid: number; port: number } | null> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const decoder = new LineDecoder()
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      for (const message of decoder.push(text) as { type: string; pid: number; ports: { mediaHttp: number } }[]) {
        if (message.type === 'hello') resolve({ pid: message.pid, port: message.ports.mediaHttp })
        socket.destroy()
      }
    })
    socket.on('error', () => resolve(null))
    socket.on('close', () => resolve(null))
  })
}
