import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import type { Logger } from '@sluice/base/log'
import { paths, type Session } from '@sluice/contract/api'
import type { Problem } from '@sluice/contract/errors'
import { adminToken, asBrowser, askRaw, type ControlUnderTest, startTestControl } from '../testing/control-under-test.ts'

const owner = { name: 'Ann', email: 'ann@example.com', password: 'a long enough one' }
const json = ['content-type', 'application/json'] as const

/** What the log says, line by line. */
function recorder(lines: string[]): Logger {
  const line = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`)
  const logger: Logger = { debug: line, info: line, warn: line, error: line, child: () => logger }
  return logger
}

describe('the first account', () => {
  let under: ControlUnderTest
  const lines: string[] = []
  beforeEach(async () => {
    under = await startTestControl({ log: recorder(lines), flags: ['--public-host', 'sluice.example,studio.example'] })
  })
  afterEach(() => under.stop())

  test('is nobody’s without the code or the admin token, also where the admin token has been at work', async () => {
    await under.operator.ok('POST', paths.channels, { name: 'Live' })
    const guesses: [object, Record<string, string>, string][] = [
      [{}, {}, 'SETUP_CODE'],
      [{ code: '' }, {}, 'SETUP_CODE'],
      [{ code: 'AAAAA-AAAAA-AAAAA-AAAAA' }, {}, 'SETUP_CODE'],
      [{ code: { $ne: '' } }, {}, 'SETUP_CODE'],
      [{}, { authorization: 'Bearer another-token-of-24-characters' }, 'AUTH_INVALID'],
      [{ code: under.control.setupCode }, { authorization: 'Bearer another-token-of-24-characters' }, 'AUTH_INVALID'],
    ]
    for (const [body, headers, code] of guesses) {
      const refused = await under.anyone.refused('POST', paths.setup, { ...owner, ...body }, headers)
      assert.equal(refused.code, code, JSON.stringify(body))
      assert.equal(refused.status, 401)
    }
    assert.deepEqual(await under.anyone.ok('GET', paths.setup), { needed: true })
    const session = await under.anyone.with({ authorization: `Bearer ${adminToken}` }).ok<Session>('POST', paths.setup, owner)
    assert.equal(session.workspace.role, 'owner')
  })

  test('is made with the code as people type it, which the log has in a link and which dies with that', async () => {
    const { setupCode } = under.control
    assert.match(setupCode ?? '', /^(?:[0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$/)
    assert.ok(
      lines.some((line) => line.includes(`/setup#code=${setupCode}"`)),
      lines.join('\n'),
    )
    const code = ` ${setupCode!.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}`
    await under.anyone.ok('POST', paths.setup, { ...owner, code })
    const late = await under.anyone.refused('POST', paths.setup, { ...owner, email: 'eve@example.com', code })
    assert.equal(late.code, 'SETUP_DONE')
  })

  test('a good code passes however many wrong ones came from its address, and wrong ones are slowed down', async () => {
    const codes = new Set<string>()
    for (let i = 0; i < 32; i++) {
      codes.add((await under.anyone.refused('POST', paths.setup, { ...owner, code: randomBytes(8).toString('hex') })).code)
    }
    assert.deepEqual([...codes], ['SETUP_CODE', 'AUTH_RATE_LIMITED'])
    // One limit with sign-in.
    assert.equal((await under.anyone.refused('POST', paths.session, owner)).code, 'AUTH_RATE_LIMITED')
    await under.anyone.ok('POST', paths.setup, { ...owner, code: under.control.setupCode })
  })

  test('once there is one, a setup costs no password hash: forty at once take less processor time than five hashes', async () => {
    await under.anyone.ok('POST', paths.setup, { ...owner, code: under.control.setupCode })
    const begin = process.cpuUsage()
    for (let i = 0; i < 5; i++) await under.anyone.refused('POST', paths.session, { ...owner, email: `x${i}@example.com` })
    const fiveHashes = process.cpuUsage(begin)
    const from = process.cpuUsage()
    const answers = await Promise.all(Array.from({ length: 40 }, () => under.anyone.refused('POST', paths.setup, owner)))
    const { user, system } = process.cpuUsage(from)
    for (const { code } of answers) assert.equal(code, 'SETUP_DONE')
    assert.ok(user + system < fiveHashes.user + fiveHashes.system, `${user + system} µs for 40, ${JSON.stringify(fiveHashes)} for 5 hashes`)
  })

  test('is not for a page that made its own name lead here, with or without the code', async () => {
    const { port } = new URL(under.control.url)
    const body = JSON.stringify({ ...owner, code: under.control.setupCode })
    for (const host of [
      `evil.example:${port}`,
      'evil.example',
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example`,
      '0.0.0.0',
      'x',
    ]) {
      const headers = [['host', host], ['origin', `http://${host}`], json] as const
      const answer = await askRaw(under.anyone, 'POST', paths.setup, { headers, body })
      assert.equal(answer.status, 421, host)
      const problem = JSON.parse(answer.body) as Problem
      assert.equal(problem.code, 'HOST_UNKNOWN')
      assert.match(problem.detail, /SLUICE_PUBLIC_HOST/)
      // Such a page may set any header that is not the browser's own, and comes from a trusted address.
      const forwarded = [...headers, ['x-forwarded-host', `localhost:${port}`]] as const
      assert.equal((await askRaw(under.anyone, 'POST', paths.setup, { headers: forwarded, body })).status, 421, `${host} forwarded`)
    }
  })
})

test('the code is the same after a restart, and there is none once an account exists', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-claim-'))
  try {
    const first = await startTestControl({ dataDir })
    const { setupCode } = first.control
    await first.stop()
    const second = await startTestControl({ dataDir })
    assert.equal(second.control.setupCode, setupCode)
    await second.anyone.ok('POST', paths.setup, { ...owner, code: setupCode })
    await second.stop()
    const third = await startTestControl({ dataDir })
    assert.equal(third.control.setupCode, null)
    assert.equal((await third.anyone.refused('POST', paths.setup, { ...owner, code: setupCode })).code, 'SETUP_DONE')
    await third.stop()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

describe('the Host header', () => {
  let under: ControlUnderTest
  let cookie: string
  before(async () => {
    under = await startTestControl({ flags: ['--public-host', 'sluice.example,studio.example,2001:db8::5'] })
    const answer = await under.anyone.ask('POST', paths.setup, { body: { ...owner, code: under.control.setupCode } })
    cookie = asBrowser(under.anyone, answer).headers['cookie']!
  })
  after(() => under.stop())

  const addressOfMachine = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address

  const own = [
    'localhost',
    'LOCALHOST:1',
    'a.localhost:8080',
    '127.0.0.1',
    '127.8.8.8:9',
    '[::1]:8080',
    '[::ffff:127.0.0.1]',
    'sluice.example',
    'Sluice.Example.:443',
    'studio.example:8443',
    '[2001:DB8:0::5]',
    ...(addressOfMachine === undefined ? [] : [addressOfMachine]),
  ]
  const foreign = [
    'evil.example',
    'sluice.example.evil.example',
    'evilsluice.example',
    'sluice.example@evil.example',
    '0.0.0.0',
    '[::]',
    '[2001:db8::6]',
    '2130706433',
    '0x7f.1',
    'a:99999',
    '[::1',
    'localhost:99999',
    'localhost,evil.example',
    'evil.example,localhost',
    '',
  ]

  test('has to be one of ours for everything that takes a cookie', async () => {
    const calls: [string, string][] = [
      ['GET', paths.session],
      ['GET', paths.channels],
      ['GET', paths.setup],
      ['POST', paths.session],
      ['POST', paths.channels],
      ['DELETE', paths.accountSessions],
    ]
    for (const [method, path] of calls) {
      for (const host of foreign) {
        const headers = [['host', host], ['origin', `http://${host}`], ['cookie', cookie], json] as const
        const answer = await askRaw(under.anyone, method, path, { headers, ...(method === 'POST' ? { body: '{"name":"x"}' } : {}) })
        assert.equal(answer.status, 421, `${method} ${path} for '${host}': ${answer.body}`)
      }
    }
    for (const host of own) {
      const answer = await askRaw(under.anyone, 'GET', paths.session, {
        headers: [
          ['host', host],
          ['cookie', cookie],
        ],
      })
      assert.equal(answer.status, 200, `${host}: ${answer.body}`)
    }
  })

  test('of a trusted proxy counts as well, and both have to be ours', async () => {
    const asked = async (host: string, forwarded: string): Promise<number> => {
      const headers = [
        ['host', host],
        ['x-forwarded-host', forwarded],
        ['cookie', cookie],
      ] as const
      return (await askRaw(under.anyone, 'GET', paths.session, { headers })).status
    }
    assert.equal(await asked('127.0.0.1:8080', 'sluice.example'), 200)
    assert.equal(await asked('127.0.0.1:8080', 'evil.example'), 421)
    assert.equal(await asked('evil.example', 'sluice.example'), 421)
    assert.equal(await asked('localhost', 'sluice.example, evil.example'), 421)
    const direct = await startTestControl({ flags: ['--trusted-proxies', '192.0.2.1', '--public-host', 'sluice.example'] })
    const headers = [
      ['host', 'localhost'],
      ['x-forwarded-host', 'evil.example'],
    ] as const
    assert.equal((await askRaw(direct.anyone, 'GET', paths.session, { headers })).status, 401, 'nobody trusted sent it')
    await direct.stop()
  })

  test('does not matter to a caller with a key, and its pages may write under each public name', async () => {
    const answer = await askRaw(under.operator, 'GET', paths.channels, { headers: [['host', 'anything.example']] })
    assert.equal(answer.status, 200)
    const write = async (host: string, origin: string): Promise<number> => {
      const headers = [['host', host], ['origin', origin], ['cookie', cookie], json] as const
      return (await askRaw(under.anyone, 'POST', paths.channels, { headers, body: '{"name":"x"}' })).status
    }
    assert.equal(await write('sluice.example', 'https://sluice.example'), 201)
    assert.equal(await write('127.0.0.1:8080', 'https://studio.example'), 201)
    assert.equal(await write('[::1]:8080', 'http://[::1]:8080'), 201)
    for (const origin of [
      'https://evil.example',
      'https://sluice.example:444',
      'null',
      'file://',
      'http://localhost',
      '://',
      'https://sluice.example@evil.example',
    ]) {
      assert.equal(await write('sluice.example', origin), 403, origin)
    }
  })
})
