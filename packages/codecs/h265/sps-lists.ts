import type { BitReader } from '@sluice/codecs/bits'

const maxSets = 64
const maxPictures = 16

/** Passes over scaling_list_data(). Spec: ITU-T H.265 §7.3.4 */
export function skipScalingLists(r: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!r.readFlag()) {
        r.readUe() // copied from another list
        continue
      }
      if (size > 1) r.readSe() // first coefficient
      const coefficients = Math.min(64, 1 << (4 + (size << 1)))
      for (let i = 0; i < coefficients; i++) r.readSe()
    }
  }
}

/** Passes over all st_ref_pic_set(). False: a count out of range, so that nothing behind can be read. Spec: ITU-T H.265 §7.3.7, §7.4.8 */
export function skipReferencePictureSets(r: BitReader): boolean {
  const sets = r.readUe()
  if (sets > maxSets) return false
  let pictures = 0
  for (let index = 0; index < sets && !r.isShort; index++) {
    const isPredicted = index > 0 && r.readFlag()
    const next = isPredicted ? predictedPictures(r, pictures) : listedPictures(r)
    if (next > maxPictures) return false
    pictures = next
  }
  return !r.isShort
}

/** Pictures of a set that is given as a change to the set before, which has `before` of them. */
function predictedPictures(r: BitReader, before: number): number {
  r.skipBits(1) // delta_rps_sign
  r.readUe() // abs_delta_rps_minus1
  let pictures = 0
  for (let i = 0; i <= before; i++) {
    const isUsed = r.readFlag()
    if (isUsed || r.readFlag()) pictures++ // use_delta_flag is sent only where it is not used by the current picture
  }
  return pictures
}

function listedPictures(r: BitReader): number {
  const negative = r.readUe()
  const positive = r.readUe()
  if (negative > maxPictures || positive > maxPictures) return Number.POSITIVE_INFINITY
  for (let i = 0; i < negative + positive; i++) {
    r.readUe()
    r.skipBits(1)
  }
  return negative + positive
}
