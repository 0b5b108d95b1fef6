import { roleName } from '@sluice/base/words'
import { PatchInputBody } from '@sluice/contract/api'
import { conflictOf } from '../../db/index.ts'
import { type InputRow, sealedStreamKey } from '../channel/index.ts'
import { inTransaction, parseInput, recordChange, requireScope, type ServiceContext } from '../index.ts'
import { clipColumns } from './clip.ts'
import { pullColumns } from './pull.ts'
import { inputInWorkspace } from './records.ts'
import { srtPortFor } from './srt-port.ts'
import { type TestCard, waitForTestCard } from './test-card.ts'

const maxPortTries = 10

/** Turns an input on or off, spares it for maintenance, gives it a new key, changes its SRT settings, or tells it whom to call. */
export async function updateInput(ctx: ServiceContext, testCard: TestCard, id: string, input: unknown): Promise<InputRow> {
  requireScope(ctx, 'channel:write')
  const patch = parseInput(PatchInputBody, input)
  if (patch.clip === 'test-card') {
    await inputInWorkspace(ctx.platform.db, ctx.workspaceId, id)
    await waitForTestCard(ctx, testCard)
  }
  return withFreePort(() => writeInput(ctx, id, patch))
}

/** On PostgreSQL two that ask at the same moment may find the same port free: the second looks again. */
async function withFreePort<T>(write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (error) {
      if (conflictOf(error) !== 'unique' || attempt === maxPortTries) throw error
    }
  }
}

async function writeInput(ctx: ServiceContext, id: string, patch: PatchInputBody): Promise<InputRow> {
  return inTransaction(ctx, async (tx, write) => {
    const before = await inputInWorkspace(tx, ctx.workspaceId, id)
    const { changes, said } = changesOf(ctx, before, patch)
    const port = patch.srt?.port
    if (port === null && before.srt_port !== null) {
      changes.srt_port = null
      said.push(`no own SRT port (it was ${before.srt_port})`)
    } else if (port !== undefined && port !== null && (before.srt_port === null || (port !== 'auto' && port !== before.srt_port))) {
      changes.srt_port = await srtPortFor(tx, ctx, id, port)
      said.push(`own SRT port ${changes.srt_port}`)
    }
    if (patch.clip !== undefined) {
      const clip = await clipColumns(tx, ctx, before, patch.clip)
      Object.assign(changes, clip.columns)
      if (clip.said !== null) said.push(clip.said)
    }
    if (said.length > 0) {
      await tx.updateTable('input').set(changes).where('id', '=', id).execute()
      const what = `the ${roleName(before.role)} input of ${before.channel_name}: ${said.join(', ')}`
      const message = `${ctx.actor.name} changed ${what}.`
      await recordChange(tx, write, {
        channels: [before.channel_id],
        audit: { action: 'input.update', subjectId: id, summary: `Changed ${what}.`, detail: { changed: said } },
        event: { name: 'channel.updated', channelId: before.channel_id, subjectId: id, message },
        also: patch.clip === 'test-card' ? [{ type: 'test-card' }] : [],
      })
    }
    return tx.selectFrom('input').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  })
}

/** The columns to write and, in words, what they change; secrets only by name. */
function changesOf(ctx: ServiceContext, before: InputRow, patch: PatchInputBody): { changes: Partial<InputRow>; said: string[] } {
  const changes: Partial<InputRow> = {}
  const said: string[] = []
  if (patch.enabled !== undefined && patch.enabled !== before.enabled) {
    changes.enabled = patch.enabled
    said.push(patch.enabled ? 'enabled' : 'disabled')
  }
  if (patch.maintenance !== undefined && patch.maintenance !== before.maintenance) {
    changes.maintenance = patch.maintenance
    said.push(patch.maintenance ? 'in maintenance' : 'out of maintenance')
  }
  if (patch.rotateKey) {
    Object.assign(changes, sealedStreamKey(ctx.platform.vault, before.id))
    said.push('new stream key')
  }
  const latencyMs = patch.srt?.latencyMs
  if (latencyMs !== undefined && latencyMs !== before.srt_latency_ms) {
    changes.srt_latency_ms = latencyMs
    said.push(`SRT latency ${latencyMs} ms`)
  }
  const passphrase = patch.srt?.passphrase
  if (passphrase !== undefined) {
    const place = { table: 'input', column: 'srt_passphrase_sealed', row: before.id }
    changes.srt_passphrase_sealed = passphrase === '' ? null : ctx.platform.vault.seal(place, passphrase)
    said.push(passphrase === '' ? 'no SRT passphrase' : 'new SRT passphrase')
  }
  if (patch.pull === null && before.pull_url !== null) {
    Object.assign(changes, { pull_url: null, pull_sealed: null })
    said.push('pulls no source')
  } else if (patch.pull) {
    const columns = pullColumns(ctx, before.id, patch.pull.url)
    Object.assign(changes, columns, { clip_id: null, test_card: null })
    said.push(`pulls ${columns.pull_url}`)
  }
  return { changes, said }
}
