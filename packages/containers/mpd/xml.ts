/** An element as text. Attributes that are undefined are left out; children are elements or text that is escaped already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  children: readonly string[] = [],
): string {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
  const head = `<${name}${pairs.join('')}`
  return children.length === 0 ? `${head}/>` : `${head}>${children.join('')}</${name}>`
}

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' } as const

/** Control characters can't stand in XML 1.0 at all and are left out. */
export const escapeXml = (text: string): string =>
  text.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[&<>"']/gu, (found) => entities[found as keyof typeof entities] ?? '')

/** An element that was read: text between children is left out. */
export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

type Open = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  // bound: `maxElements` in all
  readonly children: XmlElement[]
  text: string
}

/** More than a manifest of hours has. */
const maxElements = 100_000
const maxDepth = 32

/**
 * Reads a document of elements, attributes and text. Comments, declarations and processing instructions are passed over; namespaces are not
 * resolved. Null: it is not well formed, or larger than any manifest. Spec: XML 1.0 §2
 */
export function readXml(text: string): XmlElement | null {
  const token =
    /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<![^>]*>|<\/([^\s>]+)\s*>|<([^\s/>!?]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
  const root: Open = { name: '', attributes: new Map(), children: [], text: '' }
  const open: Open[] = [root]
  let count = 0
  for (let at = 0; at < text.length; ) {
    const top = open.at(-1)!
    const next = text.indexOf('<', at)
    if (next !== at) {
      top.text += text.slice(at, next < 0 ? undefined : next)
      if (next < 0) break
      at = next
    }
    token.lastIndex = at
    const match = token.exec(text)
    if (match === null) return null
    at = token.lastIndex
    const [, closed, name, attributes = '', isEmpty] = match
    if (closed !== undefined) {
      if (open.length < 2 || top.name !== closed) return null
      open.pop()
      open.at(-1)!.children.push(whole(top))
    } else if (name !== undefined) {
      if (++count > maxElements || open.length > maxDepth) return null
      const element: Open = { name, attributes: readAttributes(attributes), children: [], text: '' }
      if (isEmpty === '/') top.children.push(whole(element))
      else open.push(element)
    }
  }
  const [first, ...rest] = root.children
  return open.length > 1 || rest.length > 0 || root.text.trim() !== '' ? null : (first ?? null)
}

const whole = ({ name, attributes, children, text }: Open): XmlElement => ({ name, attributes, children, text: unescapeXml(text.trim()) })

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [, name, quoted] of text.matchAll(/([^\s=]+)\s*=\s*("[^"]*"|'[^']*')/g))
    attributes.set(name!, unescapeXml(quoted!.slice(1, -1)))
  return attributes
}

const unescapeXml = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (found, decimal, hex, name) => {
    if (name !== undefined) return Object.entries(entities).find(([, entity]) => entity === found)![0]
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10)
    return code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })
