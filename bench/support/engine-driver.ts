import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { type ChannelSpec, encodeLine, type FromEngine, LineDecoder, linkVersion, type OutputSpec } from '@sluice/contract/link'
import { classPolicies } from '@sluice/contract/policy'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

export const streamKey = 'bench-key'
const channelId = 'bench'

/** An output as the bench wants it, of class A unless given, with A's rules: no limit of attempts. */
export function outputTo(outputId: string, url: string, key: string, outputClass: OutputSpec['class'] = 'A'): OutputSpec {
  const { retry, queueMs, keepSessionMs } = classPolicies.A
  return {
    outputId,
    name: outputId,
    desired: 'running',
    generation: 0,
    url,
    streamKey: key,
    class: outputClass,
    priority: 1,
    rung: 'source',
    tlsVerify: true,
    retry,
    autoDisable: null,
    queueMs,
    keepSessionMs,
  }
}

function specOf(outputs: readonly OutputSpec[]): ChannelSpec {
  return {
    channelId,
    revision: 1,
    name: 'Bench',
    inputs: [{ inputId: 'in', role: 'primary', enabled: true, keyHash: hash(streamKey), srt: { passphrase: null, latencyMs: 200 } }],
    source: { lock: 'auto', triggerMs: 2000, holdMs: 20_000 },
    outputs: [...outputs],
    playTokenHashes: [],
    hls: { segmentMs: 2000, windowSegments: 6 },
  }
}

/** Speaks control's side of the link to one engine that carries one channel. */
export async function driveEngine(linkPath: string, outputs: readonly OutputSpec[]): Promise<Socket> {
  const socket = await connectSoon(linkPath)
  socket.setEncoding('utf8')
  const decoder = new LineDecoder()
  const send = (message: unknown): void => void socket.write(encodeLine(message))
  await new Promise<void>((resolve) => {
    socket.on('data', (text: string) => {
      for (const message of decoder.push(text) as FromEngine[]) {
        if (message.type !== 'hello') continue
        send({ type: 'welcome', linkVersion, afterSeq: -1, allowPrivateTargets: true })
        const channels = [{ channelId, engineId: message.engineId, keyHashes: [hash(streamKey)], playTokenHashes: [] }]
        send({ type: 'directory', directory: { engines: [{ engineId: message.engineId, relayPath: '' }], channels } })
        send({ type: 'channel', spec: specOf(outputs) })
        resolve()
      }
    })
  })
  return socket
}

/** The engine's socket shows up when it is ready. */
async function connectSoon(path: string): Promise<Socket> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(path)
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return socket
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no engine at ${path} within 10 s`)
}
