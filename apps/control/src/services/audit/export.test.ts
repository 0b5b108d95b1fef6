import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvCell } from './export.ts'

test('a cell of the export is text to a spreadsheet, whatever somebody called a channel', () => {
  const cases: [text: string, cell: string][] = [
    ['Started Facebook.', '"Started Facebook."'],
    ['', '""'],
    ['say "go"', '"say ""go"""'],
    ['two\nlines, one cell', '"two\nlines, one cell"'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', '"\'+1"'],
    ['-2+3', '"\'-2+3"'],
    ['@SUM(A1)', '"\'@SUM(A1)"'],
    [' =1', '"\' =1"'],
    ['\t=1', '"\'\t=1"'],
    ['\r=1', '"\'\r=1"'],
    ["|cmd' /C calc'!A0", "\"'|cmd' /C calc'!A0\""],
  ]
  for (const [text, cell] of cases) assert.equal(csvCell(text), cell)
})
