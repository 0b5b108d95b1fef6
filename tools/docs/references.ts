/** Something that a page points at: a relative link, a path from the root in code, or an npm script. */
export type Reference = { readonly kind: 'link' | 'path' | 'script'; readonly what: string; readonly line: number }

const link = /\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g
const inlineCode = /`([^`\n]+)`/g
const projectPath = /(?:^|[\s(])((?:\.ci|apps|bench|deploy|docs|e2e|packages|tools)\/[\w./@-]*[\w/])(?=$|[\s,;:)])/g
const script = /\bnpm run ([\w:-]+)/g

/** All references of a Markdown text. A path with a placeholder (`<`, `*`, `{`, `NNNN`) names none, nor does one into a folder of results (`out`). */
export function readReferences(text: string): Reference[] {
  return text.split('\n').flatMap((content, i) => {
    const line = i + 1
    const links = [...content.matchAll(link)].map((m) => m[1] ?? m[2] ?? '').filter((what) => what !== '' && !/^([a-z]+:|\/)/i.test(what))
    const paths = [...content.matchAll(inlineCode)]
      .flatMap(([, code = '']) => (/[<*{…]|NNNN|\/out\//.test(code) ? [] : [...code.matchAll(projectPath)]))
      .map((m) => m[1] ?? '')
    const scripts = [...content.matchAll(script)].map((m) => m[1] ?? '')
    return [
      ...links.map((what) => ({ kind: 'link' as const, what, line })),
      ...paths.map((what) => ({ kind: 'path' as const, what, line })),
      ...scripts.map((what) => ({ kind: 'script' as const, what, line })),
    ]
  })
}
