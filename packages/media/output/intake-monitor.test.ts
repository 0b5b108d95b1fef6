import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IntakeMonitor } from './intake-monitor.ts'

const looks = (...samples: [atMs: number, takenBytes: number, heldBytes: number][]): number => {
  const watch = new IntakeMonitor()
  for (const [atMs, takenBytes, heldBytes] of samples) watch.add({ atMs, takenBytes, heldBytes, isShut: false })
  return watch.heldForMs
}

const cases: { name: string; heldForMs: number; samples: Parameters<typeof looks> }[] = [
  {
    name: 'a kernel that holds nothing is no sign',
    heldForMs: 0,
    samples: [
      [0, 10, 0],
      [500, 10, 0],
      [1000, 10, 0],
    ],
  },
  {
    name: 'bytes that are held and move are no sign',
    heldForMs: 0,
    samples: [
      [0, 10, 5],
      [500, 20, 5],
      [1000, 30, 5],
    ],
  },
  {
    name: 'bytes that are held and do not move count from the look that saw them first',
    heldForMs: 1000,
    samples: [
      [0, 10, 5],
      [500, 10, 15],
      [1000, 10, 25],
    ],
  },
  {
    name: 'a look that misses what was just written is no progress afterwards',
    heldForMs: 1500,
    samples: [
      [0, 10, 5],
      [500, 8, 15],
      [1000, 10, 25],
      [1500, 9, 35],
    ],
  },
  {
    name: 'one byte taken begins anew',
    heldForMs: 500,
    samples: [
      [0, 10, 5],
      [500, 10, 15],
      [1000, 11, 25],
      [1500, 11, 35],
    ],
  },
  {
    name: 'the same look twice counts once',
    heldForMs: 0,
    samples: [
      [0, 10, 5],
      [0, 10, 5],
    ],
  },
]
for (const { name, heldForMs, samples } of cases) test(name, () => assert.equal(looks(...samples), heldForMs))

test('where the kernel tells nothing there is nothing to hold against the far end', () => {
  const watch = new IntakeMonitor()
  watch.add({ atMs: 0, takenBytes: 10, heldBytes: 5, isShut: true })
  watch.add({ atMs: 2000, takenBytes: 10, heldBytes: 5, isShut: true })
  watch.add(null)
  assert.deepEqual([watch.heldForMs, watch.isShut], [0, false])
})
