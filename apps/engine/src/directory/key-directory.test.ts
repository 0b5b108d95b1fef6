import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashKey, KeyDirectory } from './key-directory.ts'

const directory = new KeyDirectory()
directory.replace({
  engines: [{ engineId: 'e1', relayPath: '/run/e1.relay' }],
  channels: [
    { channelId: 'here', engineId: 'e1', keyHashes: [hashKey('key')], playTokenHashes: [hashKey('token')], srt: [] },
    { channelId: 'lost', engineId: 'e9', keyHashes: [hashKey('other')], playTokenHashes: [], srt: [] },
  ],
})

test('a key leads to its channel for publishing and for playing, a play token for playing alone', () => {
  const route = { channelId: 'here', engineId: 'e1', relayPath: '/run/e1.relay' }
  assert.deepEqual(directory.publish(hashKey('key')), route)
  assert.deepEqual(directory.play(hashKey('key')), route)
  assert.deepEqual(directory.play(hashKey('token')), route)
  assert.equal(directory.publish(hashKey('token')), undefined)
  assert.equal(directory.publish(hashKey('guess')), undefined)
})

test('a channel of an engine that is not there has no relay', () => {
  assert.equal(directory.publish(hashKey('other'))?.relayPath, null)
})

test('a new directory takes the place of the old one whole', () => {
  const changed = new KeyDirectory()
  const entry = {
    channelId: 'a',
    engineId: 'e',
    keyHashes: ['1'],
    playTokenHashes: ['2'],
    playback: { playIdHash: '3', previewIdHash: '4' },
    srt: [{ keyHash: '1', passphrase: 'p', latencyMs: 120 }],
  }
  changed.replace({ engines: [], channels: [entry] })
  assert.deepEqual(changed.srtTerms('1'), { passphrase: 'p', latencyMs: 120 })
  assert.deepEqual(changed.addressesOf('a'), { playIdHash: '3', previewIdHash: '4' })
  changed.replace({ engines: [], channels: [] })
  for (const found of [changed.publish('1'), changed.play('2'), changed.addressesOf('a'), changed.srtTerms('1')])
    assert.equal(found, undefined)
})

test('keys are hashed as UTF-8 by SHA-256', () => {
  assert.equal(hashKey('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
