import type { PlayInfo } from '@sluice/contract/api'
import { escapeHtml } from '../present/index.ts'

/**
 * The head of a player page with what link previews read: they run no script. Spec: Open Graph protocol, ogp.me
 * `url`: the page's own whole address. `oembed`: where a site asks for the code that shows it. Spec: oembed.com §4
 */
export function withShareTags(html: string, { name, page }: Pick<PlayInfo, 'name' | 'page'>, url: string, oembed: string): string {
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
  lines.push(`<link rel="alternate" type="application/json+oembed" href="${escapeHtml(oembed)}" title="${escapeHtml(title)}" />`)
  // Functions, so that a `$&` in somebody's text is no pattern.
  return html
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}</title>`)
    .replace('</head>', () => `  ${lines.join('\n    ')}\n  </head>`)
}
