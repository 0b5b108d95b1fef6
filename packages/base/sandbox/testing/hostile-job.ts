import { spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'

/** What code that an attacker has taken over would try: one order in, one answer out. */
type Order = { do: 'look'; dataDir: string; port: number; parent: number } | { do: 'eat' | 'hoard' | 'burn' | 'spin' | 'fill' | 'sleep' }

const megabyte = 2 ** 20

function attempt(what: () => unknown): string {
  try {
    what()
    return 'done'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

const isReached = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false))
  })

async function look({ dataDir, port, parent }: Order & { do: 'look' }): Promise<object> {
  return {
    key: attempt(() => readFileSync(`${dataDir}/vault.key`)),
    listing: attempt(() => readdirSync(dataDir)),
    written: attempt(() => writeFileSync(`${dataDir}/planted`, 'x')),
    parentEnvironment: attempt(() => readFileSync(`/proc/${parent}/environ`)),
    parentFiles: attempt(() => readdirSync(`/proc/${parent}/fd`)),
    // Opened and not written to: where nothing forbids it, it would be gone.
    code: attempt(() => closeSync(openSync(process.argv[1]!, 'r+'))),
    scratch: attempt(() => writeFileSync(`${tmpdir()}/mine`, 'x')),
    environment: Object.keys(process.env),
    isReached: await isReached(port),
  }
}

function fill(): string {
  return attempt(() => {
    for (let i = 0; i < 64; i++) writeFileSync(`${tmpdir()}/big`, Buffer.alloc(megabyte), { flag: 'a' })
  })
}

async function main(): Promise<void> {
  let line = '{}'
  for await (const text of createInterface({ input: process.stdin })) {
    line = text
    break
  }
  const order = JSON.parse(line) as Order
  const eaten: Buffer[] = []
  // Memory that grows, and memory that is taken between two looks of whoever watches.
  if (order.do === 'eat') setInterval(() => eaten.push(Buffer.alloc(16 * megabyte, 1)), 5)
  else if (order.do === 'hoard') for (;;) eaten.push(Buffer.alloc(256 * megabyte, 1))
  else if (order.do === 'burn') for (;;);
  else if (order.do === 'spin') {
    // What a child starts counts as its own.
    for (let i = 0; i < 2; i++) spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' })
    setInterval(() => {}, 1000)
  } else if (order.do === 'sleep') setInterval(() => {}, 1000)
  else {
    const answer = order.do === 'look' ? await look(order) : { answer: fill() }
    process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0))
  }
}

await main()
