/**
 * `node mux-tracks.ts URL VIDEO...`: FFmpeg 8 sends the pictures of each file as a video track of one Enhanced RTMP stream, with the sound of the
 * first, in real time. Ends with the files.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Demuxer, Muxer } from 'node-av/api'

const [url = '', ...files] = process.argv.slice(2)
const inputs = await Promise.all(files.map((file) => Demuxer.open(file)))
const output = await Muxer.open(url, { format: 'flv' })
const videoAt = inputs.map((input) => output.addStream(input.video()!))
const audioAt = output.addStream(inputs[0]!.audio()!)

type Due = { readonly atMs: number; write(): Promise<void> }
/** Packets of one file, with their times. */
async function* packetsOf(at: number): AsyncGenerator<Due> {
  const input = inputs[at]!
  for await (const packet of input.packets()) {
    if (packet === null) return
    const isVideo = packet.streamIndex === input.video()!.index
    if (!isVideo && at !== 0) continue
    const { num, den } = packet.timeBase
    const index = isVideo ? videoAt[at]! : audioAt
    yield { atMs: (Number(packet.dts) * 1000 * num) / den, write: () => output.writePacket(packet, index) }
  }
}

const startMs = performance.now()
const heads = await Promise.all(
  inputs.map(async (_, at) => {
    const packets = packetsOf(at)
    return { packets, next: await packets.next() }
  }),
)
for (;;) {
  const left = heads.filter(({ next }) => next.done !== true)
  if (left.length === 0) break
  const first = left.reduce((a, b) => ((b.next.value as Due).atMs < (a.next.value as Due).atMs ? b : a))
  const due = first.next.value as Due
  const waitMs = due.atMs - (performance.now() - startMs)
  if (waitMs > 5) await sleep(waitMs)
  await due.write()
  first.next = await first.packets.next()
}
await output.close()
