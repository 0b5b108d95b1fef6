/** `node read-tracks.ts FILE`: what FFmpeg 8 finds in an FLV file, as JSON: size and frames of each video track, and how many decode. */
import { Decoder, Demuxer } from 'node-av/api'

const input = await Demuxer.open(process.argv[2] ?? '')
const found: { width: number; height: number; decoded: number }[] = []
for (const stream of input.streams.filter(({ codecpar }) => codecpar.width > 0)) {
  using decoder = await Decoder.create(stream)
  const again = await Demuxer.open(process.argv[2] ?? '')
  let decoded = 0
  for await (const packet of again.packets(stream.index)) for (const frame of await decoder.decodeAll(packet)) if (frame !== null) decoded++
  found.push({ width: stream.codecpar.width, height: stream.codecpar.height, decoded })
  await again.close()
}
await input.close()
process.stdout.write(JSON.stringify(found))
