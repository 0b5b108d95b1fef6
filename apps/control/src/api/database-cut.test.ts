import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Channel, type Output, type Page, paths } from '@sluice/contract/api'
import { Problem, problemKinds } from '@sluice/contract/errors'
import { randomFrom } from '@sluice/testkit/random'
import pg from 'pg'
import { type Answer, type Caller, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'
import { type PostgresCluster, postgresBin, startPostgres } from '../testing/postgres-cluster.ts'

const bin = postgresBin()
const requests = 40
const isFine = ({ status }: Answer): boolean => status < 300
const codeOf = ({ body }: Answer): string => Problem.parse(body).code

describe('a PostgreSQL whose connections are cut', { skip: bin === null ? 'no PostgreSQL 15 or newer is installed' : false }, () => {
  let cluster: PostgresCluster
  let under: ControlUnderTest
  let outside: pg.Client
  before(async () => {
    cluster = await startPostgres(bin!)
    const url = await cluster.createDatabase('cut')
    under = await startTestControl({ flags: ['--database-url', url] })
    outside = new pg.Client({ connectionString: url })
    await outside.connect()
  })
  after(async () => {
    await outside.end()
    await under.stop()
    await cluster.stop()
  })

  const cutAll = (): Promise<unknown> =>
    outside.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'cut' and pid <> pg_backend_pid() and backend_type = 'client backend'",
    )

  /** Cuts every connection again and again, at other moments each time, while `work` runs. */
  async function whileCut(seed: number, work: () => Promise<void>): Promise<void> {
    const random = randomFrom(seed)
    const cutting = { on: true }
    const cutter = (async () => {
      // Time enough between two for a connection to be made, and for some requests to get through.
      while (cutting.on) {
        await new Promise((resolve) => setTimeout(resolve, random.int(50, 800)))
        await cutAll()
      }
    })()
    try {
      await work()
    } finally {
      cutting.on = false
      await cutter
    }
    // Connections that were cut last are found out by their next use.
    for (let ready = 0; ready < 10; ) ready = (await under.anyone.get('/readyz')).status === 200 ? ready + 1 : 0
  }

  /** As a client does it: the same request with the same key until it is told what became of it. */
  async function untilTold(caller: Caller, path: string, body: object, key: string): Promise<Answer> {
    const endMs = performance.now() + 60_000
    for (;;) {
      const answer = await caller.ask('POST', path, { body, headers: { 'idempotency-key': key } })
      if (isFine(answer) || codeOf(answer) === 'IDEMPOTENCY_ANSWER_LOST') return answer
      assert.equal(answer.status === 503 || codeOf(answer) === 'IDEMPOTENCY_BUSY', true, JSON.stringify(answer.body))
      assert.ok(performance.now() < endMs, `${path} is told within 60 s: ${JSON.stringify(answer.body)}`)
    }
  }

  test('every write is done or is a clean 503, nothing is half there, and none is done twice with an Idempotency-Key', async () => {
    const { operator } = await under.newWorkspace()
    const channel = await operator.ok<Channel>('POST', paths.channels, { name: 'Base' })
    await whileCut(3, async () => {
      await Promise.all(
        Array.from({ length: requests }, async (_, i) => {
          const isChannel = i % 2 === 0
          const body = isChannel ? { name: `c${i}` } : { name: `o${i}`, url: 'rtmp://live.example/app', streamKey: `key-${i}-12345` }
          await untilTold(operator, isChannel ? paths.channels : paths.channelOutputs(channel.id), body, `k${i}`)
        }),
      )
    })
    const channels = (await operator.ok<Page<Channel>>('GET', `${paths.channels}?limit=200`)).items.filter(({ name }) => name !== 'Base')
    const outputs = (await operator.ok<Page<Output>>('GET', `${paths.channelOutputs(channel.id)}?limit=200`)).items
    assert.deepEqual(channels.map(({ name }) => name).sort(), Array.from({ length: requests / 2 }, (_, i) => `c${2 * i}`).sort())
    assert.deepEqual(outputs.map(({ name }) => name).sort(), Array.from({ length: requests / 2 }, (_, i) => `o${2 * i + 1}`).sort())
    for (const { inputs } of channels) assert.equal(inputs.length, 2)
    // What stands is with the engine, also where nobody was told that it stands.
    const engine = under.host.newest
    await engine.until(
      () => channels.every(({ id }) => engine.specs.has(id)) && engine.specs.get(channel.id)?.outputs.length === requests / 2,
    )
  })

  test('what is sent without a key is done or refused too, and nothing ends the process', async () => {
    const { operator } = await under.newWorkspace()
    const answers: Answer[] = []
    await whileCut(9, async () => {
      for (let i = 0; i < 40; i++) answers.push(await operator.ask('POST', paths.channels, { body: { name: `n${i}` } }))
    })
    for (const answer of answers) {
      if (isFine(answer)) continue
      assert.equal(answer.status, 503, JSON.stringify(answer.body))
      assert.equal(answer.headers.get('retry-after'), '5')
      assert.equal(problemKinds[codeOf(answer) as 'DATABASE_UNREACHABLE'].status, 503)
    }
    const { items } = await operator.ok<Page<Channel>>('GET', `${paths.channels}?limit=200`)
    for (const [i, answer] of answers.entries())
      if (isFine(answer))
        assert.ok(
          items.some(({ name }) => name === `n${i}`),
          `n${i} was acknowledged`,
        )
    assert.equal((await under.anyone.get('/readyz')).status, 200)
  })
})
