import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { openLossyUdp } from '../srt/lossy-udp.ts'

/** A cable between an encoder and a port on loopback, which can be damaged in several ways. */
export type Cable = {
  readonly port: number
  /** Nothing goes through any more, and nobody is told: a pulled plug. */
  cut(): void
  /** TCP alone: the encoder's side says FIN. */
  end(): void
  /** TCP alone: the encoder's side says RST. */
  reset(): void
  /** The next bytes towards the port are garbage, in packets of the same sizes. */
  spoil(): void
}

/** A cable for RTMP and RTMPS. */
export async function openTcpCable(t: TestContext, targetPort: number): Promise<Cable> {
  const pairs: { near: Socket; far: Socket }[] = []
  const state = { isCut: false, isSpoilt: false }
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1')
    pairs.push({ near, far })
    for (const socket of [near, far]) socket.on('error', () => socket.destroy())
    near.on('data', (bytes) => {
      if (!state.isCut) far.write(state.isSpoilt ? Buffer.alloc(bytes.length, 0xa7) : bytes)
    })
    far.on('data', (bytes) => {
      if (!state.isCut) near.write(bytes)
    })
    near.on('close', () => {
      if (!state.isCut) far.end()
    })
    far.on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy()
    server.close()
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      state.isCut = true
    },
    end() {
      for (const { far } of pairs) far.end()
    },
    reset() {
      for (const { far } of pairs) far.resetAndDestroy()
    },
    spoil() {
      state.isSpoilt = true
    },
  }
}

/** A cable for SRT. It knows no FIN: `end` and `reset` are not for it. */
export async function openUdpCable(t: TestContext, targetPort: number): Promise<Cable> {
  const line = await openLossyUdp(targetPort, { delayMs: 0, lossRatio: 0 })
  t.after(() => line.close())
  const cut = (): void => {
    line.lossRatio = 1
  }
  const spoil = (): void => {
    line.isSpoilt = true
  }
  return { port: line.port, cut, end: cut, reset: cut, spoil }
}
