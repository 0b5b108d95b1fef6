import { WireError } from '@sluice/base/errors'
import { BitReader, BitWriter } from '@sluice/codecs/bits'
import { AacObjectType, aacChannels, aacSampleRates } from './constants.ts'
import { type AacProgramConfig, readProgramConfig, writeProgramConfig } from './program-config.ts'

/** What an AudioSpecificConfig says. Spec: ISO/IEC 14496-3 §1.6.2.1 */
export type AacConfig = {
  /** Of the core coder: 2 for AAC-LC, also below SBR. */
  readonly objectType: number
  /** Hz of the core coder. */
  readonly coreSampleRate: number
  /** Hz of what is decoded: twice the core's under SBR. */
  readonly sampleRate: number
  /** 0: `program` tells the channels. */
  readonly channelConfig: number
  readonly program: AacProgramConfig | null
  /** Channels that are decoded: 2 under parametric stereo. */
  readonly channels: number
  /** Signalled here. HE-AAC that is signalled only inside the frames can't be told from LC. */
  readonly hasSbr: boolean
  readonly hasPs: boolean
  /** Samples a frame at `sampleRate`: 1024, 960, or twice that under SBR. */
  readonly frameSamples: number
}

type Rate = { readonly hz: number }
const escapeIndex = 15
/** The standard rates are 7350 to 96 000 Hz; any other can be written out. */
const minRateHz = 1000
const maxRateHz = 192_000
const syncExtensionSbr = 0x2b7
const syncExtensionPs = 0x548
/** Object types whose configuration is a GASpecificConfig. Spec: ISO/IEC 14496-3 §1.6.2.1 */
const generalAudio: readonly number[] = [1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23]

/**
 * Reads an AudioSpecificConfig with either form of SBR and PS signalling; bytes behind it are left alone. Throws WireError.
 * Spec: ISO/IEC 14496-3 §1.6.2.1, §1.6.6
 */
export function readAacConfig(b: Uint8Array): AacConfig {
  const r = new BitReader(b)
  let objectType = readObjectType(r)
  const core = readSampleRate(r)
  const channelConfig = r.readBits(4)
  let hasSbr = objectType === AacObjectType.sbr || objectType === AacObjectType.ps
  let hasPs = objectType === AacObjectType.ps
  let outer: Rate | null = null
  if (hasSbr) {
    outer = readSampleRate(r)
    objectType = readObjectType(r)
  }
  const general = generalAudio.includes(objectType) ? readGeneralAudio(r, objectType, channelConfig) : null
  if (r.isShort) throw new WireError('AAC_CONFIG', b.length, `AudioSpecificConfig of ${b.length} bytes ends too soon`)
  const channels = general?.program?.channels ?? aacChannels[channelConfig] ?? 0
  if (core.hz === 0 || channels === 0) {
    throw new WireError('AAC_CONFIG', 0, `AudioSpecificConfig states ${core.hz} Hz and channel configuration ${channelConfig}`)
  }
  if (!hasSbr && general !== null && r.bitsLeft >= 16 && r.readBits(11) === syncExtensionSbr) {
    hasSbr = readObjectType(r) === AacObjectType.sbr && r.readFlag()
    if (hasSbr) outer = readSampleRate(r)
    hasPs = hasSbr && r.bitsLeft >= 12 && r.readBits(11) === syncExtensionPs && r.readFlag()
    if (r.isShort) hasSbr = hasPs = false // zero padding that looked like an extension
  }
  const sampleRate = hasSbr && outer !== null && outer.hz > 0 ? outer.hz : core.hz
  // SBR doubles the rate, or leaves it as it is. Samples of a frame are reckoned by both.
  if (core.hz < minRateHz || core.hz > maxRateHz || sampleRate < core.hz / 2 || sampleRate > core.hz * 4) {
    throw new WireError(
      'AAC_CONFIG',
      0,
      `AudioSpecificConfig states ${core.hz} Hz and ${sampleRate} Hz with SBR, ${minRateHz} to ${maxRateHz} Hz expected`,
    )
  }
  return {
    objectType,
    coreSampleRate: core.hz,
    sampleRate,
    channelConfig,
    program: general?.program ?? null,
    channels: hasPs && channels === 1 ? 2 : channels,
    hasSbr,
    hasPs,
    frameSamples: Math.round(((general?.frameSamples ?? (objectType === AacObjectType.erEld ? 512 : 1024)) * sampleRate) / core.hz),
  }
}

/**
 * Makes the shortest AudioSpecificConfig of a coder without SBR signalling; `channelConfig` 1..7, 11, 12 or 14, or 0 with the `program`
 * that tells the channels. Spec: ISO/IEC 14496-3 §1.6.2.1
 */
export function writeAacConfig(
  config: Pick<AacConfig, 'objectType' | 'channelConfig'> & { readonly sampleRate: number; readonly program?: AacProgramConfig | null },
): Uint8Array {
  const w = new BitWriter()
  if (config.objectType < 31) w.writeBits(config.objectType, 5)
  else w.writeBits(31, 5).writeBits(config.objectType - 32, 6)
  const index = aacSampleRates.indexOf(config.sampleRate)
  if (index >= 0) w.writeBits(index, 4)
  else w.writeBits(escapeIndex, 4).writeBits(config.sampleRate, 24)
  w.writeBits(config.channelConfig, 4).writeBits(0, 3)
  const { program = null } = config
  return (config.channelConfig === 0 && program !== null ? writeProgramConfig(w, program) : w.alignToByte()).toBytes()
}

/** `mp4a.40.2`; HE-AAC is `mp4a.40.5`, with parametric stereo `mp4a.40.29`. Spec: RFC 6381 §3.3 */
export function formatAacCodec(config: AacConfig): string {
  return `mp4a.40.${config.hasPs ? AacObjectType.ps : config.hasSbr ? AacObjectType.sbr : config.objectType}`
}

function readObjectType(r: BitReader): number {
  const type = r.readBits(5)
  return type === 31 ? 32 + r.readBits(6) : type
}

function readSampleRate(r: BitReader): Rate {
  const index = r.readBits(4)
  return { hz: index === escapeIndex ? r.readBits(24) : (aacSampleRates[index] ?? 0) }
}

/** Spec: ISO/IEC 14496-3 §4.4.1 */
function readGeneralAudio(
  r: BitReader,
  objectType: number,
  channelConfig: number,
): { frameSamples: number; program: AacProgramConfig | null } {
  const isShortFrame = r.readFlag()
  if (r.readFlag()) r.skipBits(14) // coreCoderDelay
  const hasExtension = r.readFlag()
  const program = channelConfig === 0 ? readProgramConfig(r) : null
  if (objectType === 6 || objectType === 20) r.skipBits(3) // layerNr
  if (hasExtension) {
    if (objectType === 22) r.skipBits(16)
    if (objectType === 17 || objectType === 19 || objectType === 20 || objectType === 23) r.skipBits(3)
    r.skipBits(1)
  }
  const isLowDelay = objectType === AacObjectType.erLd
  const whole = isLowDelay ? 512 : 1024
  return { frameSamples: isShortFrame ? (whole / 16) * 15 : whole, program }
}
