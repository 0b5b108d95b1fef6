import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  audioCodecs,
  codecName,
  codecNames,
  inputRoles,
  isInputRole,
  isPushProtocol,
  rankOf,
  roleName,
  sourceNames,
  videoCodecs,
} from './index.ts'

test('roles rank in the order of their list, and their names read as people write them', () => {
  assert.deepEqual(inputRoles.map(rankOf), [0, 1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(['primary', 'backup', 'backup2', 'backup7', 'slate', 'none'].map(roleName), [
    'primary',
    'backup',
    'backup 2',
    'backup 7',
    'slate',
    'none',
  ])
})

test('every source but none and slate is an input', () => {
  assert.deepEqual(
    sourceNames.filter((source) => !isInputRole(source)),
    ['none', 'slate'],
  )
  assert.equal(isInputRole('backup8'), false)
})

test('only RTMP, RTMPS and SRT are pushed', () => {
  assert.deepEqual(['rtmp', 'rtmps', 'srt', 'hls', 'whip', 'RTMP'].filter(isPushProtocol), ['rtmp', 'rtmps', 'srt'])
})

test('every codec has a name, and an unknown one keeps its own spelling', () => {
  assert.deepEqual(Object.keys(codecNames), [...videoCodecs, ...audioCodecs])
  assert.equal(codecName('h265'), 'H.265')
  assert.equal(codecName('vp10'), 'vp10')
})
