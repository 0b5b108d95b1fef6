import { createHash } from 'node:crypto'
import { type InputRole, inputRoles } from '@sluice/base/words'
import type { ChannelSpec, Directory, OutputSpec } from '@sluice/contract/link'
import { classPolicies } from '@sluice/contract/policy'

/** SHA-256 in lower-case hex: how the engine knows keys. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/** An output as control would send it: class B unless told otherwise, quick to retry. */
export function makeOutputSpec(given: Partial<OutputSpec> & { outputId: string; url: string }): OutputSpec {
  const { queueMs, keepSessionMs } = classPolicies.B
  return {
    name: given.outputId,
    desired: 'running',
    generation: 0,
    streamKey: `key-of-${given.outputId}`,
    class: 'B',
    priority: 1,
    rung: 'source',
    tlsVerify: true,
    retry: { baseMs: 300, capMs: 1000, maxAttempts: null, windowMs: 60_000 },
    autoDisable: null,
    queueMs,
    keepSessionMs,
    ...given,
  }
}

/**
 * A channel with a primary input that `key` opens and, with `backupKey`, a backup; `moreKeys` open backup2 and further ones. HLS segments
 * of 2 s.
 */
export function makeChannelSpec(
  given: Partial<ChannelSpec> & { channelId: string; key: string; backupKey?: string; moreKeys?: readonly string[] },
): ChannelSpec {
  const { key, backupKey, moreKeys = [], ...rest } = given
  const keys = [key, ...(backupKey === undefined ? [] : [backupKey, ...moreKeys])]
  const input = (role: InputRole, keyOfIt: string): ChannelSpec['inputs'][number] => ({
    inputId: `${given.channelId}-${role}`,
    role,
    enabled: true,
    keyHash: hashKey(keyOfIt),
    srt: { passphrase: null, latencyMs: 200 },
  })
  return {
    revision: 1,
    name: given.channelId,
    inputs: keys.map((one, rank) => input(inputRoles[rank]!, one)),
    source: { lock: 'auto', triggerMs: 2500, holdMs: 30_000 },
    outputs: [],
    playTokenHashes: [],
    hls: { segmentMs: 2000, windowSegments: 6 },
    ...rest,
  }
}

/** The play id and the preview id that the stub gives a channel. */
export const playIdOf = (channelId: string): string => `watch-${channelId}`
export const previewIdOf = (channelId: string): string => `preview-of-${channelId}-0123456789`

/** The directory's line for a channel that lives on `engineId`. */
export function directoryEntry(spec: ChannelSpec, engineId: string): Directory['channels'][number] {
  return {
    channelId: spec.channelId,
    engineId,
    keyHashes: spec.inputs.map(({ keyHash }) => keyHash),
    playTokenHashes: spec.playTokenHashes,
    playback: { playIdHash: hashKey(playIdOf(spec.channelId)), previewIdHash: hashKey(previewIdOf(spec.channelId)) },
    srt: spec.inputs.map(({ keyHash, srt }) => ({ keyHash, ...srt })),
  }
}
