import { Button } from '@mantine/core'
import type { ChannelStats } from '@sluice/contract/api'
import { type Sample, useCan } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { SrtPanel } from '../../../ui/srt/index.ts'
import type { Input } from '../input-look.ts'
import { latencyOffer } from '../latency-offer.ts'
import { usePatchInput } from '../use-inputs.ts'

type Props = { channelId: string; input: Input; stats: ChannelStats['inputs'][number]; history: readonly Sample[]; nowMs: number }

/** How the SRT connection of an input performs, and one press to set the latency that suits it better. */
export function InputSrt({ channelId, input, stats, history, nowMs }: Props) {
  const patch = usePatchInput(channelId, input.id)
  const canWrite = useCan('channel:write')
  const offer = latencyOffer(stats.lineAdvice?.suggestedLatencyMs ?? null, stats.line?.latencyMs ?? 0, input.srt.latencyMs)
  const button = offer.kind === 'set' && canWrite && (
    <Button
      size="compact-sm"
      variant="default"
      loading={patch.isPending}
      onClick={() => patch.mutate({ srt: { latencyMs: offer.latencyMs } })}
    >
      Set latency to {offer.latencyMs} ms
    </Button>
  )
  const note = offer.kind === 'note' && <small>{offer.text}</small>
  return (
    <>
      <SrtPanel samples={history} endMs={nowMs} advice={stats.lineAdvice} action={button || note || undefined} />
      <ProblemNote error={patch.error} />
    </>
  )
}
