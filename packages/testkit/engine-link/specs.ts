import { createHash } from 'node:crypto'
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
    tlsVerify: true,
    retry: { baseMs: 300, capMs: 1000, maxAttempts: null, windowMs: 60_000 },
    autoDisable: null,
    queueMs,
    keepSessionMs,
    ...given,
  }
}

/** A channel with a primary input that `key` opens and, with `backupKey`, a backup. HLS segments of 2 s. */
export function makeChannelSpec(given: Partial<ChannelSpec> & { channelId: string; key: string; backupKey?: string }): ChannelSpec {
  const { key, backupKey, ...rest } = given
  const input = (role: 'primary' | 'backup', keyOfIt: string): ChannelSpec['inputs'][number] => ({
    inputId: `${given.channelId}-${role}`,
    role,
    enabled: true,
    keyHash: hashKey(keyOfIt),
    srt: { passphrase: null, latencyMs: 200 },
  })
  return {
    revision: 1,
    name: given.channelId,
    inputs: [input('primary', key), ...(backupKey === undefined ? [] : [input('backup', backupKey)])],
    source: { lock: 'auto', triggerMs: 2500, holdMs: 30_000 },
    outputs: [],
    playTokenHashes: [],
    hls: { segmentMs: 2000, windowSegments: 6 },
    ...rest,
  }
}

/** The directory's line for a channel that lives on `engineId`. */
export function directoryEntry(spec: ChannelSpec, engineId: string): Directory['channels'][number] {
  return {
    channelId: spec.channelId,
    engineId,
    keyHashes: spec.inputs.map(({ keyHash }) => keyHash),
    playTokenHashes: spec.playTokenHashes,
    srt: spec.inputs.map(({ keyHash, srt }) => ({ keyHash, ...srt })),
  }
}
