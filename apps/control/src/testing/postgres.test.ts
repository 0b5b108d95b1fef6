import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type PostgresCluster, postgresBin, startPostgres } from './postgres-cluster.ts'
import { testServerVariable } from './postgres-database.ts'

/** Every suite that goes through the database by way of the API. Those of `db` and of the vault run on both by themselves. */
const suites = [
  'access',
  'account',
  'canary',
  'channels',
  'claiming',
  'credentials',
  'deployment-scope',
  'events',
  'failover',
  'fuzz',
  'guests',
  'http',
  'inputs',
  'outputs',
  'people',
  'policies',
  'preflight',
  'pull',
  'roles',
  'rollback',
  'measures',
  'srt',
  'triage',
]
  .map((name) => `api/${name}`)
  .concat('accounts/account-desk', 'clips/clips', 'reconcile/engines', 'events/event-log')
const bin = postgresBin()

describe('the suites on PostgreSQL', { skip: bin === null ? 'no PostgreSQL 15 or newer is installed' : false }, () => {
  let cluster: PostgresCluster
  before(async () => {
    cluster = await startPostgres(bin!)
  })
  after(() => cluster.stop())

  for (const suite of suites) {
    test(`${suite} holds on PostgreSQL too`, async () => {
      const file = fileURLToPath(new URL(`../${suite}.test.ts`, import.meta.url))
      // Without this the inner run would report to the outer one in its wire format.
      const { NODE_TEST_CONTEXT: _, ...env } = process.env
      const child = spawn(process.execPath, [file], {
        env: { ...env, [testServerVariable]: cluster.url('postgres') },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
      const code = await new Promise((resolve) => child.once('close', resolve))
      assert.equal(code, 0, said.slice(-5000))
      assert.match(said, /ℹ pass [1-9]|# pass [1-9]/)
    })
  }
})
