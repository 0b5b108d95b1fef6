import type { PlayInfo } from '@sluice/contract/api'

const special: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => special[character]!)

/**
 * The head of a player page with what link previews read: they run no script. Spec: Open Graph protocol, ogp.me
 * `url`: the page's own whole address.
 */
export function withShareTags(html: string, { name, page }: Pick<PlayInfo, 'name' | 'page'>, url: string): string {
  const title = page.title ?? name
  const { text, poster, host } = page
  const tags: readonly (readonly [property: string, content: string | null])[] = [
    ['og:type', 'website'],
    ['og:title', title],
    ['og:url', url],
    ['og:site_name', host],
    ['og:description', text],
    ['og:image', poster?.url ?? null],
    ['og:image:width', poster === null ? null : String(poster.width)],
    ['og:image:height', poster === null ? null : String(poster.height)],
    ['og:image:alt', poster === null ? null : title],
  ]
  const lines = tags.flatMap(([property, content]) =>
    content === null ? [] : [`<meta property="${property}" content="${escapeHtml(content)}" />`],
  )
  if (text !== null) lines.push(`<meta name="description" content="${escapeHtml(text)}" />`)
  lines.push(`<meta name="twitter:card" content="${poster === null ? 'summary' : 'summary_large_image'}" />`)
  // Functions, so that a `$&` in somebody's text is no pattern.
  return html
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}</title>`)
    .replace('</head>', () => `  ${lines.join('\n    ')}\n  </head>`)
}
