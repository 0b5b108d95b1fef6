import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openVault } from '../vault/index.ts'
import type { ChannelConfig } from './config-store.ts'
import { DirectoryMaker } from './directory.ts'

const engines = [{ engineId: 'engine-1', relayPath: '/run/engine-1' }]

test('an entry of the directory is the same object until it says something else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-directory-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const maker = new DirectoryMaker(openVault(null, join(folder, 'vault.key')))
  const make = (id: string, patch: object = {}): ChannelConfig => {
    const channel = { id, engine_id: 'engine-1', name: 'C', play_id: `p${id}`, preview_id: `q${id}`, play_token_hash: `t${id}`, ...patch }
    const input = { id: `i${id}`, key_hash: `k${id}`, srt_passphrase_sealed: null, srt_latency_ms: 120, srt_port: null }
    return { record: { channel, inputs: [input] }, outputs: [] } as never
  }
  const [a, b, homeless] = [make('a'), make('b'), make('c', { engine_id: null })]
  const first = maker.make([a, b, homeless], engines)
  assert.deepEqual(
    first.channels.map(({ channelId, keyHashes }) => [channelId, keyHashes]),
    [
      ['a', ['ka']],
      ['b', ['kb']],
    ],
  )
  const renamed = maker.make([make('a', { name: 'D' }), b], engines)
  assert.ok(renamed.channels.every((entry, i) => entry === first.channels[i]))
  const changed = maker.make([make('a', { play_token_hash: 'new' }), b], engines)
  assert.notEqual(changed.channels[0], first.channels[0])
  assert.equal(changed.channels[1], first.channels[1])
  // The reconciler writes a channel's place into the configuration that is held.
  b.record.channel.engine_id = 'engine-2'
  const moved = maker.make([a, b], engines)
  assert.equal(moved.channels[1]?.engineId, 'engine-2')
  assert.deepEqual(maker.make([], engines).channels, [])
})
