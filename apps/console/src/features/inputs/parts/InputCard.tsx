import { Button } from '@mantine/core'
import { protocolNames } from '@sluice/base/words'
import { adviceCodes, type Channel, type Verdict } from '@sluice/contract/api'
import { IconAlertTriangle, IconBulb, IconCheck } from '@tabler/icons-react'
import { useBitrate, useCan, useHistory, useInputStats, useNow } from '../../../live/index.ts'
import { elapsedMs, formatBitrateParts, formatFps, formatSpan, formatTimeOfDay } from '../../../ui/format/index.ts'
import { Sparkline } from '../../../ui/graph/index.ts'
import { useAsk } from '../../../ui/intent/index.ts'
import { StateBadge, sourceTitle } from '../../../ui/state/index.ts'
import { canSwitchTo, conformityLine, holdLine, returnLine } from '../failover-lines.ts'
import { type Input, inputLook, shortLook } from '../input-look.ts'
import styles from './InputCard.module.css'
import { InputMenu } from './InputMenu.tsx'
import { SwitchToInput } from './SwitchToInput.tsx'

const windowMs = 60_000

/** One input at a glance; all its figures stand behind Details. The card is as high in every state. */
export function InputCard({ channel, input }: { channel: Channel; input: Input }) {
  const nowMs = useNow()
  const ask = useAsk()
  const canWrite = useCan('channel:write')
  const points = useHistory(input.id).map((sample) => ({ atMs: sample.atMs, value: sample.bitrateBps }))
  const isReceiving = input.actual?.state === 'receiving' && channel.engine?.state !== 'silent'
  const { protocol = null, encoder = null } = input.actual ?? {}
  const by = [encoder, protocol === null ? null : protocolNames[protocol]].filter((one) => one !== null)
  const top = Math.max(...points.slice(-60).map(({ value }) => value), 1)
  return (
    <section
      className={styles.card}
      data-onair={input.actual?.onAir === true && isReceiving}
      aria-label={`${sourceTitle(input.role)} input`}
    >
      <div className={styles.top}>
        <h3>{sourceTitle(input.role)}</h3>
        <StateBadge {...shortLook(inputLook(input, channel.engine), input, channel)} />
      </div>
      <span className={styles.by}>{by.join(', ') || (input.clip === null ? 'No encoder' : 'Clip')}</span>
      <Rate channelId={channel.id} inputId={input.id} isReceiving={isReceiving} />
      <Sparkline points={points} endMs={nowMs} windowMs={windowMs} max={top * 1.15} tone={isReceiving ? 'water' : 'quiet'} />
      {isReceiving ? <Receiving channel={channel} input={input} nowMs={nowMs} /> : <p className={styles.why}>{whyNot(input)}</p>}
      <div className={styles.foot}>
        {canWrite && canSwitchTo(channel, input.role) ? (
          <SwitchToInput channel={channel} role={input.role} />
        ) : (
          <Button variant="default" size="compact-md" h={32} fz={13} onClick={() => ask({ kind: 'show-input', role: input.role })}>
            Details<span className="visually-hidden"> of {sourceTitle(input.role)}</span>
          </Button>
        )}
        <InputMenu channel={channel} input={input} canWrite={canWrite} />
      </div>
    </section>
  )
}

function Rate({ channelId, inputId, isReceiving }: { channelId: string; inputId: string; isReceiving: boolean }) {
  const bitrateBps = useBitrate(channelId, inputId)
  const rate = bitrateBps === undefined || !isReceiving ? null : formatBitrateParts(bitrateBps)
  return (
    <span className={styles.rate}>
      {rate?.value ?? '–'} <small>{rate?.unit}</small>
    </span>
  )
}

/** Picture and line in two lines, and whether something is wrong with it or how it compares. */
function Receiving({ channel, input, nowMs }: { channel: Channel; input: Input; nowMs: number }) {
  const stats = useInputStats(channel.id, input.id)
  const { video = null, since } = input.actual ?? {}
  const size = video === null || video.width === 0 ? '' : `${video.height}p${stats === undefined ? '' : formatFps(Math.round(stats.fps))} `
  const [worst = null] = (stats?.verdicts ?? []).toSorted(
    (a, b) => Number(adviceCodes.includes(a.code)) - Number(adviceCodes.includes(b.code)),
  )
  const conformity = conformityLine(input.actual?.conformity, nowMs)
  const returns = returnLine(channel, input.role, nowMs)
  const hold = input.actual?.onAir === true ? holdLine(channel) : null
  return (
    <>
      <span className={styles.fact}>
        {size}
        {since !== undefined && `for ${formatSpan(elapsedMs(since, nowMs))}`}
      </span>
      {/* What is wrong has its room: the rest stands in Details. */}
      {worst === null && <span className={styles.fact}>{lineWords(stats)}</span>}
      {worst !== null ? (
        <Said verdict={worst} />
      ) : (
        <span className={styles.match} data-tone={conformity?.tone ?? 'ok'}>
          {(conformity === null || conformity.tone === 'ok') && <IconCheck size={15} aria-hidden />}
          {returns ?? hold ?? conformity?.text.split(',')[0] ?? 'Arrives complete'}
        </span>
      )}
    </>
  )
}

/** A recommendation is no trouble: it has no colour. */
function Said({ verdict: { code, level, sentence } }: { verdict: Verdict }) {
  const isAdvice = adviceCodes.includes(code)
  const Icon = isAdvice ? IconBulb : IconAlertTriangle
  return (
    <span className={styles.match} data-tone={isAdvice ? 'advice' : level === 'bad' ? 'bad' : 'warn'} title={sentence}>
      <Icon size={15} aria-hidden />
      {sentence}
    </span>
  )
}

/** Loss and round trip where the protocol tells them, else the distance of keyframes. */
function lineWords(stats: ReturnType<typeof useInputStats>): string {
  if (stats === undefined) return ''
  if (stats.line === null) return stats.gopMs === null ? '' : `Keyframe every ${(stats.gopMs / 1000).toFixed(1)} s`
  const { droppedTotal, rttMs } = stats.line
  return `${droppedTotal === 0 ? 'No loss' : `${droppedTotal} packets lost`}, RTT ${Math.round(rttMs)} ms`
}

function whyNot({ actual, pull, clip }: Input): string {
  if (actual?.state === 'connected') return 'Connected. No media that can go on air yet.'
  if (actual?.lastProblem != null)
    return `${actual.lastProblem.replace(/^./, (first) => first.toUpperCase())}, at ${formatTimeOfDay(actual.since)}.`
  if (pull !== null) return `Calls ${pull.url}`
  return clip === null ? 'Nothing is connected.' : 'The clip is not playing yet.'
}
