// lane: shared, it checks facts
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const hasScript = spawnSync('script', ['--version']).status === 0
const processIo = fileURLToPath(new URL('./process-io.ts', import.meta.url))
const asks = `
const { processIo } = await import(process.argv[1])
const io = processIo(new AbortController().signal)
const secret = await io.ask('Secret: ', true)
const name = await io.ask('Name: ', false)
io.write('got ' + secret.length + ' and ' + name + '\\n')`

test('a secret that is typed the moment it is asked for is not shown, and a name is', {
  skip: hasScript ? false : 'script is not installed',
}, async () => {
  // script gives it a terminal.
  const command = `'${process.execPath}' --input-type=module-typescript --eval "${asks}" '${processIo}'`
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  let shown = ''
  const answers: [question: string, answer: string][] = [
    ['Secret: ', 'canary-secret\r'],
    ['Name: ', 'Ann\r'],
  ]
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    const [next] = answers
    if (next !== undefined && shown.includes(next[0])) {
      answers.shift()
      child.stdin.write(next[1])
    }
  })
  await once(child, 'close')
  assert.match(shown, /got 13 and Ann/)
  assert.ok(!shown.includes('canary'), shown)
})
