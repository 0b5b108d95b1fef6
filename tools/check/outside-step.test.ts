import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outsideStep } from './outside-step.ts'

/** Runs `files` ("name budget lane") and answers the verdict, what was printed, and what ran at the start of each. `fails`: names, once each. */
async function runLanes(t: { mock: typeof import('node:test').mock }, files: string, fails: string[] = []) {
  const said: string[] = []
  t.mock.method(console, 'log', (line: string) => void said.push(line))
  const running = new Set<string>()
  const beside: string[] = []
  const list = files.split(',').map((one) => {
    const [file = '', budgetS = '60', lane = 'alone'] = one.trim().split(' ')
    return { file, budgetS: Number(budgetS), lane: lane === 'shared' ? ('shared' as const) : ('alone' as const) }
  })
  const isGood = await outsideStep(
    'outside',
    list,
    async (file) => {
      running.add(file)
      beside.push([...running].join('+'))
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(file)
      const at = fails.indexOf(file)
      if (at >= 0) fails.splice(at, 1)
      return { isOk: at < 0, output: `output of ${file}\n` }
    },
    2,
  ).run()
  return { isGood, said: said.join('\n'), beside }
}

test('shared files run two at a time, the longest first, and each file of its own runs after them with none beside it', async (t) => {
  const { isGood, beside, said } = await runLanes(t, 'a, b 30 shared, c 400 shared, d 60 shared, e')
  assert.equal(isGood, true)
  assert.deepEqual(beside, ['c', 'c+d', 'd+b', 'a', 'e'])
  assert.match(said, /-- c \(\d\.\d s, shared\)\noutput of c\n/)
})

test('a file that fails once is named as unsteady, one that fails twice fails the run', async (t) => {
  const once = await runLanes(t, 'a, b 60 shared', ['b'])
  assert.equal(once.isGood, true)
  assert.match(once.said, /UNSTEADY: b failed/)
  assert.deepEqual(once.beside, ['b', 'a', 'b'])
  const twice = await runLanes(t, 'a, b 60 shared', ['b', 'b'])
  assert.equal(twice.isGood, false)
  assert.match(twice.said, /FAILED TWICE: b$/)
})

test('a file that takes longer than its budget is named, and passes', async (t) => {
  const { isGood, said } = await runLanes(t, 'a 0')
  assert.equal(isGood, true)
  assert.match(said, /OVER its 0 s {2}a/)
})
