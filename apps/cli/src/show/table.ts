import { columnsOf } from './text.ts'

/** One column: its heading, and whether its cells stand at the right edge, as numbers do. */
export type Column = { readonly head: string; readonly isNumber?: boolean }

/**
 * Lines of a table with two spaces between the columns and no space at a line's end. A cell may hold colour codes; it must hold no
 * line feed. The heading is upper-case, as other tools have it.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, i) => Math.max(columnsOf(column.head), ...rows.map((row) => columnsOf(row[i] ?? ''))))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.isNumber === true))
      .join('  ')
      .trimEnd()
  return `${[columns.map((column) => column.head.toUpperCase()), ...rows].map(line).join('\n')}\n`
}

/** `name  value` lines under each other, for one thing and its facts. Facts that are null are left out. */
export function formatFacts(facts: readonly (readonly [name: string, value: string | null])[]): string {
  const known = facts.filter((fact): fact is readonly [string, string] => fact[1] !== null)
  const width = Math.max(0, ...known.map(([name]) => columnsOf(name)))
  return known
    .map(([name, value]) => `${pad(name, width, false)}  ${value}`.trimEnd())
    .join('\n')
    .concat('\n')
}

function pad(cell: string, width: number, isRight: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - columnsOf(cell)))
  return isRight ? gap + cell : cell + gap
}
