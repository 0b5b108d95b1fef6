import { equalBytes } from '@sluice/base/bytes'
import { makeOpusHead, type OpusHead } from '@sluice/codecs/opus'
import { type Descriptor, DescriptorTag } from '../psi/descriptor.ts'

/** descriptor_tag_extension of the Opus descriptor: provisional, and what every muxer writes. */
const opusExtensionTag = 0x80
const codeOffset = 1

/** Streams, coupled streams and channel order of mapping family 1 by channels less one. Spec: RFC 7845 §5.1.1.2 */
const mappings: readonly (readonly number[])[] = [
  [1, 0, 0],
  [1, 1, 0, 1],
  [2, 1, 0, 2, 1],
  [2, 2, 0, 1, 2, 3],
  [3, 2, 0, 4, 1, 2, 3],
  [4, 2, 0, 4, 1, 2, 3, 5],
  [4, 3, 0, 4, 1, 2, 3, 5, 6],
  [5, 3, 0, 6, 1, 2, 3, 4, 5, 7],
]

/**
 * The OpusHead that a stream's descriptors describe: stereo without any. Null: dual mono or a mapping of its own, which are not
 * carried. Spec: ETSI TS Opus draft 0.1.3, opus_audio_descriptor()
 */
export function readOpusDescriptors(descriptors: readonly Descriptor[]): OpusHead | null {
  const found = descriptors.find((one) => one.tag === DescriptorTag.extension && one.body[0] === opusExtensionTag)
  const code = found === undefined ? 2 : (found.body[codeOffset] ?? 0)
  if (code === 1 || code === 2) return { ...makeOpusHead(code), preSkip: 0 }
  const mapping = code === 0 ? undefined : mappings[code - 1]
  return mapping === undefined
    ? null
    : { ...makeOpusHead(2), preSkip: 0, channels: code, mappingFamily: 1, mapping: Uint8Array.from(mapping) }
}

/**
 * The descriptor that tells of `head`'s channels. Null: TS has no code for them. Spec: ETSI TS Opus draft 0.1.3,
 * opus_audio_descriptor()
 */
export function makeOpusDescriptor(head: OpusHead): Descriptor | null {
  const mapping = mappings[head.channels - 1]
  const isUsual =
    head.mappingFamily === 0 || (head.mappingFamily === 1 && mapping !== undefined && equalBytes(head.mapping, Uint8Array.from(mapping)))
  return isUsual ? { tag: DescriptorTag.extension, body: Uint8Array.of(opusExtensionTag, head.channels) } : null
}
