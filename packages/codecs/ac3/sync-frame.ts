import { BitReader } from '@sluice/codecs/bits'

/** One AC-3 or E-AC-3 sync frame. Spec: ETSI TS 102 366 §4.3, §E.1.2 */
export type Ac3Frame = {
  readonly codec: 'ac3' | 'eac3'
  readonly sampleRate: number
  /** LFE counted. */
  readonly channels: number
  readonly frameBytes: number
  /** 256 a block; 1536 for AC-3. */
  readonly frameSamples: number
  readonly bitrateBps: number
  /** Codes as the dac3 and dec3 boxes want them. `bsmod` 0 for E-AC-3: it stands too deep to be worth the walk. */
  readonly fscod: number
  readonly bsid: number
  readonly bsmod: number
  readonly acmod: number
  readonly hasLfe: boolean
  /** E-AC-3 only: a dependent substream belongs to the independent one before it. */
  readonly isDependent: boolean
}

const syncWord = 0x0b77
/** Enough to read all of an Ac3Frame. */
const headerBytes = 8
const rates = [48_000, 44_100, 32_000]
/** kbit/s by frmsizecod / 2. Spec: ETSI TS 102 366 table 4.13 */
const bitrates = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]
const channelsOf = [2, 1, 2, 3, 3, 4, 4, 5]

/** The sync frame at `at`. Null: none there, or too few bytes for its header. Never throws. Spec: ETSI TS 102 366 §4.3, §E.1.2 */
export function readAc3Frame(b: Uint8Array, at: number): Ac3Frame | null {
  if (at + headerBytes > b.length || ((b[at]! << 8) | b[at + 1]!) !== syncWord) return null
  const bsid = b[at + 5]! >>> 3
  const r = new BitReader(b, at + 2)
  return bsid <= 10 ? readAc3(r, bsid) : bsid <= 16 ? readEac3(r, bsid) : null
}

function readAc3(r: BitReader, bsid: number): Ac3Frame | null {
  r.skipBits(16) // crc1
  const fscod = r.readBits(2)
  const frmsizecod = r.readBits(6)
  r.skipBits(5) // bsid
  const bsmod = r.readBits(3)
  const acmod = r.readBits(3)
  if ((acmod & 1) !== 0 && acmod !== 1) r.skipBits(2) // cmixlev
  if ((acmod & 4) !== 0) r.skipBits(2) // surmixlev
  if (acmod === 2) r.skipBits(2) // dsurmod
  const hasLfe = r.readFlag()
  const rate = rates[fscod]
  const kbps = bitrates[frmsizecod >>> 1]
  if (rate === undefined || kbps === undefined) return null
  const halving = Math.max(0, bsid - 8) // half and quarter rates
  // 16-bit words a frame; at 44.1 kHz every other frame has one more, by the low bit of the code.
  const words = fscod === 1 ? Math.floor((kbps * 96_000) / 44_100) + (frmsizecod & 1) : (kbps * 96_000) / rate
  return {
    codec: 'ac3',
    sampleRate: rate >> halving,
    channels: channelsOf[acmod]! + (hasLfe ? 1 : 0),
    frameBytes: words * 2,
    frameSamples: 1536,
    bitrateBps: (kbps * 1000) >> halving,
    fscod,
    bsid,
    bsmod,
    acmod,
    hasLfe,
    isDependent: false,
  }
}

function readEac3(r: BitReader, bsid: number): Ac3Frame | null {
  const streamType = r.readBits(2)
  r.skipBits(3) // substreamid
  const frameBytes = (r.readBits(11) + 1) * 2
  const fscod = r.readBits(2)
  const low = r.readBits(2) // numblkscod, or fscod2 at half rates
  const acmod = r.readBits(3)
  const hasLfe = r.readFlag()
  const rate = rates[fscod === 3 ? low : fscod]
  if (rate === undefined || streamType === 3) return null
  const sampleRate = fscod === 3 ? rate / 2 : rate
  const frameSamples = 256 * (fscod === 3 || low === 3 ? 6 : low + 1)
  return {
    codec: 'eac3',
    sampleRate,
    channels: channelsOf[acmod]! + (hasLfe ? 1 : 0),
    frameBytes,
    frameSamples,
    bitrateBps: Math.round((frameBytes * 8 * sampleRate) / frameSamples),
    fscod,
    bsid,
    bsmod: 0,
    acmod,
    hasLfe,
    isDependent: streamType === 1,
  }
}

/** Hz for a sample rate code, 0 for the reserved one. Spec: ETSI TS 102 366 table 4.1 */
export const ac3Rate = (fscod: number): number => rates[fscod] ?? 0
/** Channels for an audio coding mode, 0 for one out of range. Spec: ETSI TS 102 366 table 4.3 */
export const ac3Channels = (acmod: number, hasLfe: boolean): number => (channelsOf[acmod] ?? 0) + (hasLfe ? 1 : 0)
/** bit_rate_code of a dac3 box, 0..18. Spec: ETSI TS 102 366 §F.4 */
export const ac3BitrateCode = (bitrateBps: number): number => Math.max(0, bitrates.indexOf(bitrateBps / 1000))
