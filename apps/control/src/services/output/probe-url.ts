import { checkSource } from '../../destinations/index.ts'
import { ProblemError, type ServiceContext } from '../index.ts'
import type { OutputRecord } from './records.ts'

/** Columns of where the destination plays an output. Refuses what a probe can't play, or must not reach. */
export function probeColumns(ctx: ServiceContext, outputId: string, url: string | null): Pick<OutputRecord, 'probe_url' | 'probe_sealed'> {
  if (url === null) return { probe_url: null, probe_sealed: null }
  const refuse = (code: 'DESTINATION_URL' | 'DESTINATION_PRIVATE', message: string): ProblemError =>
    new ProblemError(code, message, [{ path: 'probeUrl', message }])
  if (!/^(https?|rtmps?):\/\//i.test(url)) {
    throw refuse(
      'DESTINATION_URL',
      'A probe plays HLS (http:// or https://, a playlist) or RTMP (rtmp:// or rtmps://). Enter such an address.',
    )
  }
  const source = checkSource(url, ctx.platform.allowPrivateTargets)
  if ('code' in source) throw refuse(source.code === 'DESTINATION_PRIVATE' ? source.code : 'DESTINATION_URL', source.message)
  const place = { table: 'output', column: 'probe_sealed', row: outputId }
  return { probe_url: source.url, probe_sealed: ctx.platform.vault.seal(place, source.whole) }
}
