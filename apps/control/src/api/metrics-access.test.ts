import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { paths } from '@sluice/contract/api'
import { openMetricsToken } from '../boot/index.ts'
import { startTestControl } from '../testing/control-under-test.ts'

/** Status of /metrics for a caller with these headers. fetch does not let a caller choose its Host header. */
function ask(url: string, headers: Record<string, string>): Promise<number> {
  const { port } = new URL(url)
  return new Promise((resolve, reject) => {
    httpRequest({ host: '127.0.0.1', port, path: '/metrics', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test('metrics are for who has the token: the one of the data directory, or the operator’s', async () => {
  const under = await startTestControl()
  try {
    const file = join(under.dataDir, 'metrics.token')
    const token = readFileSync(file, 'utf8').trim()
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const bearer = (value: string) => ({ authorization: `Bearer ${value}` })
    const { url } = under.control
    assert.equal(await ask(url, bearer(token)), 200)
    assert.equal((await under.operator.get('/metrics')).status, 200)
    for (const headers of [{}, bearer('x'), bearer(`${token}x`), { authorization: 'Basic eDp5' }, { cookie: token }]) {
      assert.equal(await ask(url, headers as Record<string, string>), 401, JSON.stringify(headers))
    }
    const { key } = await under.operator.ok<{ key: string }>('POST', paths.apiKeys, {
      name: 'all',
      scopes: ['channel:read', 'workspace:write'],
    })
    assert.equal(await ask(url, bearer(key)), 401, 'a workspace’s key is not the deployment’s')
    const answer = await under.anyone.get('/metrics')
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
    assert.doesNotMatch(JSON.stringify(answer.body), /sluice_/)
  } finally {
    await under.stop()
  }
})

test('metrics without a token, where the settings allow it, are for this machine and not for what is passed on', async () => {
  const under = await startTestControl({ flags: ['--metrics-on-loopback', '--metrics-token', 'a-scrape-token-of-the-operator'] })
  try {
    const { url } = under.control
    assert.equal(await ask(url, {}), 200)
    const forwarded = ['X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'x-forwarded-anything', 'Forwarded', 'Via', 'X-Real-IP']
    for (const name of forwarded) assert.equal(await ask(url, { [name]: '127.0.0.1' }), 401, name)
    for (const host of ['rebound.example', 'rebound.example:8080', '10.0.0.1', 'localhost.example'])
      assert.equal(await ask(url, { host }), 401, host)
    assert.equal(await ask(url, { origin: 'http://localhost' }), 401)
    assert.equal(await ask(url, { via: '1.1 proxy', authorization: 'Bearer a-scrape-token-of-the-operator' }), 200)
  } finally {
    await under.stop()
  }
})

test('a metrics token that can be guessed is refused by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-metrics-'))
  try {
    const file = join(folder, 'metrics.token')
    assert.throws(() => openMetricsToken('short', file), /SLUICE_METRICS_TOKEN has 5 characters, not 24 or more/)
    const made = openMetricsToken(null, file)
    assert.ok(made.length >= 43)
    assert.equal(openMetricsToken(null, file), made)
    assert.equal(openMetricsToken('a-token-that-is-given-by-hand', file), 'a-token-that-is-given-by-hand')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
