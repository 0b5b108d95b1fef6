import { problemKinds } from '@sluice/contract/errors'
import { codeAdvice, errorAreas } from './error-advice.ts'
import { areaOf, type CodeUse, findCodes } from './error-codes.ts'

/** `docs/errors.md`: the API's problems, then the codes of logs, events and states by area. */
export function formatErrorsPage(rootDir: string): string {
  const others = findCodes(rootDir).filter(({ code }) => !Object.hasOwn(problemKinds, code))
  const areas = [...new Set(others.map(({ code }) => areaOf(code)))].sort()
  return [
    intro,
    formatProblems(),
    ...areas.map((area) =>
      formatArea(
        area,
        others.filter(({ code }) => areaOf(code) === area),
      ),
    ),
  ].join('\n')
}

/** Codes whose area has no entry in tools/docs/error-advice.ts. */
export function findCodesWithoutAdvice(rootDir: string): string[] {
  return findCodes(rootDir)
    .filter(({ code }) => !Object.hasOwn(problemKinds, code) && !Object.hasOwn(errorAreas, areaOf(code)))
    .map(({ code }) => `tools/docs/error-advice.ts: code ${code} has no area: say what the operator does next`)
}

function formatProblems(): string {
  const rows = Object.entries(problemKinds).map(([code, kind]) => [`\`${code}\``, String(kind.status), `${kind.title}.`, kind.next])
  return `## Answers of the API\n\n${formatTable(['Code', 'Status', 'Meaning', 'What to do'], rows)}`
}

function formatArea(area: string, codes: readonly CodeUse[]): string {
  const advice = errorAreas[area]
  const rows = codes.map(({ code, messages }) => [`\`${code}\``, messages.map(cell).join('<br>'), codeAdvice[code] ?? ''])
  const hasOwn = rows.some((row) => row[2] !== '')
  const table = hasOwn
    ? formatTable(['Code', 'Says', 'What to do'], rows)
    : formatTable(
        ['Code', 'Says'],
        rows.map((row) => row.slice(0, 2)),
      )
  return `## ${area}: ${advice?.about ?? ''}\n\n${advice?.next ?? ''}\n\n${table}`
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ')

const formatTable = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')

const intro = `# Errors

<!-- Made by \`npm run generate\` from the code and tools/docs/error-advice.ts: change it there. -->

Every error has a stable code of the form \`AREA_WHAT\`. The same code stands in the log, in an event, in an output's reason and
in the API's answer. Where a table has no column of its own for it, the line under the heading says what to do. \`…\` stands for
what is known only when it happens.
`
