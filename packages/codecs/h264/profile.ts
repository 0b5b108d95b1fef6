type Idc = { readonly profileIdc: number; readonly constraintFlags: number; readonly levelIdc: number }

const names: { readonly [profileIdc: number]: string } = {
  66: 'Baseline',
  77: 'Main',
  88: 'Extended',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4 Predictive',
  44: 'CAVLC 4:4:4 Intra',
  83: 'Scalable Baseline',
  86: 'Scalable High',
  118: 'Multiview High',
  128: 'Stereo High',
}

/** As an operator knows it: `High 4.0`, `Constrained Baseline 3.1`. Spec: ITU-T H.264 §A.2, §A.3 */
export function formatH264Profile(idc: Idc): string {
  const isSet1 = (idc.constraintFlags & 0x40) !== 0
  const isSet3 = (idc.constraintFlags & 0x10) !== 0
  const isBaselineOrMain = idc.profileIdc === 66 || idc.profileIdc === 77 || idc.profileIdc === 88
  let name = names[idc.profileIdc] ?? `profile ${idc.profileIdc}`
  if (idc.profileIdc === 66 && isSet1) name = 'Constrained Baseline'
  if ((idc.profileIdc === 110 || idc.profileIdc === 122) && isSet3) name += ' Intra'
  const is1b = idc.levelIdc === 9 || (idc.levelIdc === 11 && isSet3 && isBaselineOrMain)
  return `${name} ${is1b ? '1b' : (idc.levelIdc / 10).toFixed(1)}`
}

/** `avc1.64001f`: profile, constraint flags and level in hex. Spec: RFC 6381 §3.3 */
export function formatH264Codec(idc: Idc): string {
  const hex = [idc.profileIdc, idc.constraintFlags, idc.levelIdc].map((byte) => byte.toString(16).padStart(2, '0'))
  return `avc1.${hex.join('')}`
}
