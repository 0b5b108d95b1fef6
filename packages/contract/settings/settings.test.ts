import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePortRange, readSettings } from './index.ts'

test('ports are read as a range, one port, or off', () => {
  assert.deepEqual(parsePortRange('8900-8999'), { low: 8900, high: 8999 })
  assert.deepEqual(parsePortRange('9000'), { low: 9000, high: 9000 })
  assert.equal(parsePortRange('off'), null)
  for (const text of ['', '9000-8999', '0-10', '08900', '1-70000', '1-2-3', 'x']) assert.equal(parsePortRange(text), undefined, text)
  assert.throws(() => readSettings(['--srt-input-ports', '9-1'], {}), /not ports as in 8900-8999, or off/)
})

test('flags win over the environment, which wins over defaults', () => {
  const s = readSettings(['--http-port', '9000', '--rtmp-port=1940', '--allow-private-targets'], {
    SLUICE_HTTP_PORT: '1',
    SLUICE_SRT_PORT: '7',
  })
  assert.deepEqual([s.httpPort, s.rtmpPort, s.srtPort, s.rtmpsPort, s.allowPrivateTargets], [9000, 1940, 7, 1936, true])
  assert.equal(s.databaseUrl, null)
})

test('a wrong value names the flag, the variable and what was expected', () => {
  assert.throws(
    () => readSettings([], { SLUICE_HTTP_PORT: '80a' }),
    /--http-port \(SLUICE_HTTP_PORT\) is '80a', not a whole number 0\.\.65535/,
  )
  assert.throws(() => readSettings(['--engines', '0'], {}), /not a whole number 1\.\.64/)
  assert.throws(() => readSettings(['--no-such'], {}), /unknown flag --no-such/)
  assert.throws(() => readSettings(['--host'], {}), /--host needs a value/)
})

test('public hosts are a list of bare names and addresses; a scheme or port in one is refused', () => {
  const read = (text: string) => readSettings([], { SLUICE_PUBLIC_HOST: text }).publicHosts
  assert.deepEqual(read(' Sluice.Example.org, 192.0.2.1,[2001:db8::1],2001:DB8::2,'), [
    'sluice.example.org',
    '192.0.2.1',
    '2001:db8::1',
    '2001:db8::2',
  ])
  assert.deepEqual(readSettings([], {}).publicHosts, [])
  for (const wrong of ['https://a.example', 'a.example:8080', 'a b', 'a/b']) {
    assert.throws(() => read(wrong), /--public-host \(SLUICE_PUBLIC_HOST\) has '.*', not a host name or address without scheme and port/)
  }
})
