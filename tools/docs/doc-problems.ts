import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readReferences } from './references.ts'

/** Pages of the project, not of its parts. */
const pages = ['*.md', 'docs/**/*.md', '{packages,apps,bench,e2e,tools,deploy}/**/*.md']

/** Paths, headings and npm scripts that a page names and that do not exist: one line each. */
export function findDocProblems(rootDir: string): string[] {
  const files = globSync(pages, { cwd: rootDir, exclude: (name) => /(^|\/)(node_modules|dist|data|out)(\/|$)/.test(name) })
  const scripts = readScripts(rootDir)
  return files.sort().flatMap((file) => findInPage(rootDir, file, scripts))
}

/** The npm scripts of the root and of all workspaces, which `-w` reaches. */
function readScripts(rootDir: string): Set<string> {
  const manifests = globSync(['package.json', '{packages,apps}/*/package.json', '{bench,e2e}/package.json'], { cwd: rootDir })
  return new Set(
    manifests.flatMap((file) => {
      const { scripts = {} } = JSON.parse(readFileSync(path.join(rootDir, file), 'utf8')) as { scripts?: Record<string, string> }
      return Object.keys(scripts)
    }),
  )
}

function findInPage(rootDir: string, file: string, scripts: ReadonlySet<string>): string[] {
  const text = readFileSync(path.join(rootDir, file), 'utf8')
  return readReferences(text).flatMap(({ kind, what, line }) => {
    const problem = kind === 'script' ? judgeScript(what, scripts) : judgePath(rootDir, file, kind, what)
    return problem === null ? [] : [`${file}:${line}: ${problem}`]
  })
}

const judgeScript = (name: string, scripts: ReadonlySet<string>): string | null =>
  scripts.has(name) ? null : `there is no npm script '${name}'`

function judgePath(rootDir: string, file: string, kind: 'link' | 'path', what: string): string | null {
  const [target = '', anchor] = what.split('#')
  const place = kind === 'path' ? path.join(rootDir, target) : path.resolve(path.dirname(path.join(rootDir, file)), target)
  const page = target === '' ? path.join(rootDir, file) : place
  if (!existsSync(page)) return `'${what}' does not exist`
  if (anchor === undefined || !page.endsWith('.md')) return null
  return headingsOf(readFileSync(page, 'utf8')).includes(anchor) ? null : `'${what}' has no such heading`
}

/** The anchors of a page as the forges make them. */
export const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  )
