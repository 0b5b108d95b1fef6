import type { FFEncoderCodec } from 'node-av/constants'
import type { Codec, Frame } from 'node-av/lib'
import type { Av } from '../../av/av.ts'

/** What goes wrong. Counted in frames that a session was given; a session that can't be had is one too many. */
export type Faults = {
  readonly maxSessions?: number
  readonly failAtFrame?: number
  readonly abortAtFrame?: number
  readonly hangAtFrame?: number
  readonly hangAtOpen?: boolean
}

const outOfMemory = -12
const broken = -5
const isHardware = (name: string): boolean => name.endsWith('_nvenc')

/** libx264 in the place of NVENC, which this machine need not have, with faults on command. For tests alone: nothing that ships imports it. */
export function withFaultyHardware(av: Av, faults: Faults): Av {
  const fakes = new WeakSet<Codec>()
  let sessions = 0
  class FaultyContext extends av.CodecContext {
    #isFake = false
    #isOpen = false
    #frames = 0

    override allocContext3(codec?: Codec | null): void {
      this.#isFake = codec != null && fakes.has(codec)
      super.allocContext3(codec)
    }

    override setOption(name: string, value: never): number {
      return this.#isFake ? 0 : super.setOption(name, value)
    }

    override open2Sync(...args: Parameters<InstanceType<Av['CodecContext']>['open2Sync']>): number {
      if (!this.#isFake) return super.open2Sync(...args)
      if (faults.hangAtOpen === true) hang()
      if (sessions >= (faults.maxSessions ?? Number.POSITIVE_INFINITY)) return outOfMemory
      for (const [name, value] of [
        ['preset', 'ultrafast'],
        ['tune', 'zerolatency'],
        ['forced-idr', '1'],
      ] as const)
        super.setOption(name, value as never)
      const code = super.open2Sync(...args)
      this.#isOpen = code >= 0
      if (this.#isOpen) sessions++
      return code
    }

    override async sendFrame(frame: Frame | null): Promise<number> {
      return this.#fault() ?? super.sendFrame(frame)
    }

    override sendFrameSync(frame: Frame | null): number {
      return this.#fault() ?? super.sendFrameSync(frame)
    }

    override freeContext(): void {
      if (this.#isOpen) sessions--
      this.#isOpen = false
      super.freeContext()
    }

    #fault(): number | null {
      if (!this.#isFake) return null
      const frame = this.#frames++
      if (frame >= (faults.abortAtFrame ?? Number.POSITIVE_INFINITY)) process.abort()
      if (frame >= (faults.hangAtFrame ?? Number.POSITIVE_INFINITY)) hang()
      return frame >= (faults.failAtFrame ?? Number.POSITIVE_INFINITY) ? broken : null
    }
  }
  class FaultyCodec extends av.Codec {
    static override findEncoderByName(name: FFEncoderCodec): Codec | null {
      if (!isHardware(name)) return av.Codec.findEncoderByName(name)
      const codec = av.Codec.findEncoderByName('libx264' as FFEncoderCodec)
      if (codec !== null) fakes.add(codec)
      return codec
    }
  }
  return { ...av, Codec: FaultyCodec, CodecContext: FaultyContext }
}

/** As a driver that never answers: the whole process stands. */
function hang(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}
