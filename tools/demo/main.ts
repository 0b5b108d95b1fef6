import { type DemoScreen, runDemo } from './demo.ts'
import { readDemoOptions } from './options.ts'

/** On a pipe a line every second would be noise. */
const plainEvery = 5

const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => abort.abort())

try {
  const showBoard = process.stdout.isTTY ? redraw() : everyFifth()
  const problems = await runDemo(readDemoOptions(process.argv.slice(2)), abort.signal, {
    say: (text) => process.stdout.write(text),
    showBoard,
  })
  for (const problem of problems) console.log(`Not as it should be: ${problem}`)
  console.log(problems.length === 0 ? '\nAll went as it should.' : '\nThe demo failed.')
  process.exitCode = problems.length === 0 ? 0 : 1
} catch (error) {
  if (abort.signal.aborted) console.log('\nThe demo ends.')
  else {
    console.error(`The demo can't run: ${error instanceof Error ? error.message : error}`)
    process.exitCode = error instanceof RangeError ? 2 : 1
  }
}

/** Writes over the lines of the time before. */
function redraw(): DemoScreen['showBoard'] {
  let shownLines = 0
  return (lines) => {
    const columns = process.stdout.columns
    const up = shownLines === 0 ? '' : `\x1b[${shownLines}A`
    process.stdout.write(`${up}${lines.map((line) => `\x1b[2K${line.slice(0, columns)}\n`).join('')}`)
    shownLines = lines.length
  }
}

function everyFifth(): DemoScreen['showBoard'] {
  let count = 0
  return (lines) => {
    if (count++ % plainEvery === 0) console.log(lines.join('\n'))
  }
}
