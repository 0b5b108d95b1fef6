import { connect, type Socket } from 'node:net'
import {
  type ChannelActual,
  type ChannelSpec,
  type Directory,
  type EngineEvent,
  type EngineHello,
  encodeLine,
  FromEngine,
  LineDecoder,
  linkVersion,
  type OutputActual,
  type ToEngine,
} from '@sluice/contract/link'
import { directoryEntry } from './specs.ts'

type Stats = Extract<FromEngine, { type: 'stats' }>

/** Control's side of the engine link without a control: sends specs and keeps what the engine tells. Every message is checked against the contract. */
export class ControlStub {
  readonly hello: EngineHello
  /** All events of this connection, oldest first. */
  readonly events: EngineEvent[] = []
  stats: Stats | null = null
  /** False once the engine's end is gone. */
  isOpen = true
  readonly #socket: Socket
  readonly #actual = new Map<string, ChannelActual>()
  readonly #specs = new Map<string, ChannelSpec>()

  private constructor(socket: Socket, hello: EngineHello) {
    this.#socket = socket
    this.hello = hello
  }

  /** Connects to an engine's link socket and says welcome. `afterSeq`: the last event that is known already. */
  static connect(path: string, options: { afterSeq?: number; allowPrivateTargets?: boolean } = {}): Promise<ControlStub> {
    const { afterSeq = -1, allowPrivateTargets = true } = options
    return new Promise((resolve, reject) => {
      const socket = connect(path)
      const decoder = new LineDecoder()
      let stub: ControlStub | null = null
      socket.setEncoding('utf8')
      socket.on('error', reject)
      socket.on('close', () => {
        if (stub !== null) stub.isOpen = false
      })
      socket.on('data', (text: string) => {
        for (const line of decoder.push(text)) {
          const message = FromEngine.parse(line)
          if (message.type === 'hello') {
            stub = new ControlStub(socket, message)
            stub.send({ type: 'welcome', linkVersion, afterSeq, allowPrivateTargets })
            resolve(stub)
          } else stub?.receive(message)
        }
      })
    })
  }

  send(message: ToEngine): void {
    this.#socket.write(encodeLine(message))
  }

  /** Puts a channel on this engine, or changes it. `others`: more of the directory, for channels of other engines. */
  carry(spec: ChannelSpec, others: Partial<Directory> = {}): void {
    this.#specs.set(spec.channelId, spec)
    const own = [...this.#specs.values()].map((one) => directoryEntry(one, this.hello.engineId))
    const directory = {
      engines: others.engines ?? [{ engineId: this.hello.engineId, relayPath: '' }],
      channels: [...own, ...(others.channels ?? [])],
    }
    this.send({ type: 'directory', directory })
    this.send({ type: 'channel', spec })
  }

  /** The newest word on a channel. */
  actual(channelId: string): ChannelActual | undefined {
    return this.#actual.get(channelId)
  }

  /** The newest word on an output, whatever its channel. */
  output(outputId: string): OutputActual | undefined {
    return [...this.#actual.values()].flatMap(({ outputs }) => outputs).find((output) => output.outputId === outputId)
  }

  /** Ends this connection as a control that is killed does. */
  close(): void {
    this.#socket.destroy()
  }

  receive(message: Exclude<FromEngine, { type: 'hello' }>): void {
    if (message.type === 'event') this.events.push(message)
    else if (message.type === 'actual') this.#actual.set(message.channel.channelId, message.channel)
    else if (message.type === 'stats') this.stats = message
  }
}
