/** Both ends included. */
export type ByteRange = { readonly first: number; readonly last: number }

/**
 * What a Range header asks of a file of `total` bytes. `whole`: there is none, it is not understood, or it names several ranges, which
 * are answered with everything. `none`: no byte of it exists. Spec: RFC 9110 §14.1.2, §14.2
 */
export function readByteRange(header: string | undefined, total: number): ByteRange | 'whole' | 'none' {
  const match = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header?.trim() ?? '')
  const [, from = '', to = ''] = match ?? []
  if (match === null || (from === '' && to === '')) return 'whole'
  if (from === '') {
    const suffix = Math.min(Number(to), total)
    return suffix === 0 ? 'none' : { first: total - suffix, last: total - 1 }
  }
  const first = Number(from)
  const last = to === '' ? total - 1 : Math.min(Number(to), total - 1)
  if (to !== '' && Number(to) < first) return 'whole'
  return first >= total ? 'none' : { first, last }
}
