import { hostInUrl } from '@sluice/base/address'
import type { Settings } from '@sluice/contract/settings'
import type { ChannelConfig } from './desired/index.ts'
import type { ProbedChannel } from './probes/index.ts'
import type { Vault } from './vault/index.ts'

/** Asked for each second, and made once for each reload of a channel. */
const known = new WeakMap<ChannelConfig, ProbedChannel>()

/** What the prober needs to know of a channel, out of what is stored. */
export function probedChannelOf(config: ChannelConfig, vault: Vault): ProbedChannel {
  const before = known.get(config)
  if (before !== undefined) return before
  const { play_id: playId, preview_id: previewId, workspace_id: workspaceId } = config.record.channel
  const probed = {
    workspaceId,
    path: `${playId}/~${previewId}/`,
    outputs: config.outputs.map(({ id, name, probe_sealed: sealed }) => ({
      ...{ id, name },
      probeUrl: sealed === null ? null : vault.open({ table: 'output', column: 'probe_sealed', row: id }, sealed),
    })),
  }
  known.set(config, probed)
  return probed
}

/** Where all channels play: as the operator said, else at this port of this machine. */
export function probePlace({ probeMediaUrl, host }: Settings, port: number | null): string | null {
  if (probeMediaUrl !== null) return probeMediaUrl.endsWith('/') ? probeMediaUrl : `${probeMediaUrl}/`
  if (port === null) return null
  return `http://${host === '::' || host === '0.0.0.0' ? '127.0.0.1' : hostInUrl(host)}:${port}/`
}
