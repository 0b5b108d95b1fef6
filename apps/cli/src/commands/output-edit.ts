import { Output, paths } from '@sluice/contract/api'
import { usageError } from '../cli-error.ts'
import { findOutput } from '../client/find.ts'
import type { Context } from '../context.ts'
import { plain } from '../show/text.ts'
import { numberOf } from './rung.ts'

export type EditOutputFlags = {
  readonly channel?: string
  readonly delay?: string
  readonly audioTrack?: string
  readonly latency?: string
  readonly enhanced?: string
  readonly probeUrl?: string
}

type OwnFields = { delayMs?: number; audioTrack?: number | null; probeUrl?: string | null }

/** `--delay` in seconds, `--audio-track` by its number or `all`, `--probe-url` or `none`, as the API takes them. */
export function ownFields({ delay, audioTrack, probeUrl }: EditOutputFlags): OwnFields {
  return {
    ...(delay === undefined ? {} : { delayMs: Math.round(numberOf('--delay', delay) * 1000) }),
    ...(audioTrack === undefined ? {} : { audioTrack: audioTrack === 'all' ? null : numberOf('--audio-track', audioTrack) }),
    ...(probeUrl === undefined ? {} : { probeUrl: probeUrl === 'none' ? null : probeUrl }),
  }
}

/** `sluice output edit OUTPUT --delay 20`: a live one keeps its connection. */
export async function editOutput({ api, show }: Context, wanted: string, flags: EditOutputFlags): Promise<void> {
  const { latency, enhanced } = flags
  const own = ownFields(flags)
  const body = { ...own, ...(latency === undefined ? {} : { latency }), ...(enhanced === undefined ? {} : { enhanced }) }
  if (Object.keys(body).length === 0)
    throw usageError('nothing to change', 'Use --delay, --audio-track, --latency, --enhanced or --probe-url.')
  const output = await findOutput(api, wanted, flags.channel)
  const changed = await api.patch(paths.output(output.id), body, Output)
  const delay = changed.delayMs === 0 ? 'no delay' : `a delay of ${changed.delayMs / 1000} s`
  const track = changed.audioTrack === null ? 'all audio it can carry' : `audio track ${changed.audioTrack}`
  const wait = changed.delayMs > output.delayMs ? ' The destination gets nothing until the longer delay has passed.' : ''
  const more = `${changed.latency === 'low' ? ', low latency' : ''}${changed.enhanced === 'off' ? '' : `, Enhanced Broadcasting ${changed.enhanced}`}`
  const probed =
    own.probeUrl === undefined
      ? ''
      : changed.probeUrl === null
        ? ' Nobody looks at it there any more.'
        : ` Probes look at ${plain(changed.probeUrl)}.`
  show(changed, () => `Output '${plain(changed.name)}' has ${delay} and ${track}${more}.${wait}${probed}\n`)
}
