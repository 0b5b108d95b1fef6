/** Descriptor tags that tell what a stream is. Spec: ISO/IEC 13818-1 table 2-45, ETSI EN 300 468 table 12 */
export const DescriptorTag = { registration: 0x05, language: 0x0a, ac3: 0x6a, eac3: 0x7a, extension: 0x7f } as const

/** One descriptor of a PMT; `body` is a view. Spec: ISO/IEC 13818-1 §2.6 */
export type Descriptor = { readonly tag: number; readonly body: Uint8Array }

/** The descriptors of a loop, up to the first that leaves it: any bytes give a list. Spec: ISO/IEC 13818-1 §2.6.1 */
export function readDescriptors(loop: Uint8Array): Descriptor[] {
  const out: Descriptor[] = []
  for (let at = 0; at + 2 <= loop.length; ) {
    const end = at + 2 + loop[at + 1]!
    if (end > loop.length) break
    out.push({ tag: loop[at]!, body: loop.subarray(at + 2, end) })
    at = end
  }
  return out
}

/** A loop of descriptors as bytes. Each body is at most 255 bytes. Spec: ISO/IEC 13818-1 §2.6.1 */
export function writeDescriptors(descriptors: readonly Descriptor[]): Uint8Array {
  const out = new Uint8Array(descriptors.reduce((sum, one) => sum + 2 + one.body.length, 0))
  let at = 0
  for (const one of descriptors) {
    out[at] = one.tag
    out[at + 1] = one.body.length
    out.set(one.body, at + 2)
    at += 2 + one.body.length
  }
  return out
}

/** The four characters of the registration descriptor (`Opus`, `AC-3`, `HEVC`), or null without one. Spec: ISO/IEC 13818-1 §2.6.8 */
export function formatIdentifier(descriptors: readonly Descriptor[]): string | null {
  const one = descriptors.find((each) => each.tag === DescriptorTag.registration && each.body.length >= 4)
  return one === undefined ? null : String.fromCharCode(...one.body.subarray(0, 4))
}

/** The language of the ISO 639 descriptor as a BCP 47 tag (`eng` is `en`); null without one, or for `und`, `mul` and the like. Spec: ISO/IEC 13818-1 §2.6.18 */
export function languageOf(descriptors: readonly Descriptor[]): string | null {
  const body = descriptors.find((each) => each.tag === DescriptorTag.language && each.body.length >= 3)?.body
  const code = body === undefined ? '' : String.fromCharCode(...body.subarray(0, 3)).toLowerCase()
  if (!/^[a-z]{3}$/.test(code) || ['und', 'mul', 'mis', 'zxx', 'qaa'].includes(code)) return null
  return Intl.getCanonicalLocales(code)[0] ?? null
}

/** A registration descriptor; `identifier` is four ASCII characters. Spec: ISO/IEC 13818-1 §2.6.8 */
export function makeRegistration(identifier: string): Descriptor {
  return { tag: DescriptorTag.registration, body: Uint8Array.from(identifier, (char) => char.charCodeAt(0)) }
}
