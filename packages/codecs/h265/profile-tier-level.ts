import type { BitReader } from '@sluice/codecs/bits'

/** The general part of profile_tier_level(), as an hvcC record repeats it. Spec: ITU-T H.265 §7.3.3 */
export type H265Profile = {
  /** 0..3 */
  readonly profileSpace: number
  readonly isHighTier: boolean
  /** 1 Main, 2 Main 10, 3 Main Still Picture, 4 range extensions. */
  readonly profileIdc: number
  /** 32 bits, the flag of profile 0 on top. */
  readonly compatibilityFlags: number
  /** Six bytes: progressive, interlaced, ... as they stand. A view. */
  readonly constraintBytes: Uint8Array
  /** Level times 30: 93 is 3.1. */
  readonly levelIdc: number
}

/** Reads the 12 bytes of the general part, at a byte boundary. Spec: ITU-T H.265 §7.3.3 */
export function readH265Profile(r: BitReader): H265Profile {
  return {
    profileSpace: r.readBits(2),
    isHighTier: r.readFlag(),
    profileIdc: r.readBits(5),
    compatibilityFlags: r.readBits(32),
    constraintBytes: r.readBytes(6),
    levelIdc: r.readBits(8),
  }
}

/** Passes over the sub-layers' profiles and levels behind the general part. Spec: ITU-T H.265 §7.3.3 */
export function skipSubLayerProfiles(r: BitReader, maxSubLayersMinus1: number): void {
  if (maxSubLayersMinus1 === 0) return
  let bits = 0
  for (let i = 0; i < 8; i++) {
    const hasProfile = r.readFlag()
    const hasLevel = r.readFlag()
    if (i < maxSubLayersMinus1) bits += (hasProfile ? 88 : 0) + (hasLevel ? 8 : 0)
  }
  r.skipBits(bits)
}

const names: { readonly [profileIdc: number]: string } = {
  1: 'Main',
  2: 'Main 10',
  3: 'Main Still Picture',
  4: 'Range Extensions',
  5: 'High Throughput',
  9: 'Screen Content',
}

/** As an operator knows it: `Main 10 5.1`, `Main 4.0 High tier`. Spec: ITU-T H.265 §A.3, §A.4 */
export function formatH265Profile(profile: H265Profile): string {
  const name = names[profile.profileIdc] ?? `profile ${profile.profileIdc}`
  return `${name} ${(profile.levelIdc / 30).toFixed(1)}${profile.isHighTier ? ' High tier' : ''}`
}

/** `hvc1.1.6.L93.B0`: profile, compatibility flags in reverse bit order, tier and level, constraint bytes. Spec: ISO/IEC 14496-15 §E.3 */
export function formatH265Codec(profile: H265Profile): string {
  const space = ['', 'A', 'B', 'C'][profile.profileSpace] ?? ''
  let reversed = 0
  for (let bit = 0; bit < 32; bit++) reversed = reversed * 2 + ((profile.compatibilityFlags >>> bit) & 1)
  const constraints = Array.from(profile.constraintBytes)
  while (constraints.at(-1) === 0) constraints.pop()
  const parts = [
    'hvc1',
    `${space}${profile.profileIdc}`,
    reversed.toString(16).toUpperCase(),
    `${profile.isHighTier ? 'H' : 'L'}${profile.levelIdc}`,
    ...constraints.map((byte) => byte.toString(16).toUpperCase()),
  ]
  return parts.join('.')
}
