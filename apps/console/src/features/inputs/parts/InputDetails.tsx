import { dataName } from '@sluice/base/words'
import type { Channel } from '@sluice/contract/api'
import { useBitrate, useHistory, useInputStats, useNow, useTimeline } from '../../../live/index.ts'
import { elapsedMs, formatBitrate, formatSpan } from '../../../ui/format/index.ts'
import { BitrateGraph, eventMarks } from '../../../ui/graph/index.ts'
import { Facts } from '../../../ui/layout/index.ts'
import { StateBadge, sourceTitle } from '../../../ui/state/index.ts'
import { returnLine } from '../failover-lines.ts'
import { inputFacts } from '../input-facts.ts'
import { type Input, inputLook } from '../input-look.ts'
import { inputNotes } from '../input-notes.ts'
import { ClipLine } from './ClipLine.tsx'
import { ConformityNote } from './ConformityNote.tsx'
import styles from './InputDetails.module.css'
import { InputSrt } from './InputSrt.tsx'
import { PictureSound } from './PictureSound.tsx'
import { PullLine } from './PullLine.tsx'
import { Warnings } from './Warnings.tsx'

const windowMs = 15 * 60_000

/** Everything about one input: state and warnings always, figures and graph while something comes in. */
export function InputDetails({ channel, input }: { channel: Channel; input: Input }) {
  const nowMs = useNow()
  const stats = useInputStats(channel.id, input.id)
  const bitrateBps = useBitrate(channel.id, input.id)
  const history = useHistory(input.id)
  const { data: events = [] } = useTimeline(channel.id)
  const marks = eventMarks(events).filter(({ kind }) => kind !== 'output')
  const verdicts = stats?.verdicts ?? []
  const returns = returnLine(channel, input.role, nowMs)
  const isReceiving = input.actual?.state === 'receiving'
  return (
    <section className={styles.card} aria-label={`${sourceTitle(input.role)} details`}>
      <div className={styles.head}>
        <div className={styles.state}>
          <h3>{sourceTitle(input.role)}</h3>
          <StateBadge {...inputLook(input, channel.engine)} />
          <span className={styles.since}>
            {input.actual &&
              input.actual.state !== 'waiting' &&
              channel.engine?.state !== 'silent' &&
              formatSpan(elapsedMs(input.actual.since, nowMs))}
          </span>
        </div>
      </div>
      {returns !== null && <p className={styles.returns}>{returns}</p>}
      <ConformityNote input={input} />
      {input.pull && !isReceiving && <PullLine pull={input.pull} actual={input.actual} nowMs={nowMs} />}
      {input.clip !== null && !isReceiving && <ClipLine clip={input.clip} />}
      {input.actual?.lastProblem && !isReceiving && <p className={styles.problem}>Last problem: {input.actual.lastProblem}</p>}
      {isReceiving && (
        <>
          <div className={styles.figures}>
            <BitrateGraph
              points={history.map((sample) => ({ atMs: sample.atMs, value: sample.bitrateBps }))}
              endMs={nowMs}
              windowMs={windowMs}
              marks={marks}
              label={`Bitrate of the last 15 minutes in Mbps, now ${bitrateBps === undefined ? 'unknown' : formatBitrate(bitrateBps)}`}
            />
            <Facts facts={inputFacts(input, { stats, bitrateBps, nowMs }, verdicts)} />
          </div>
          <PictureSound content={stats?.content} />
          {[...(input.actual?.otherTracks ?? []), ...(input.actual?.data ?? []).map(dataName)].map((track) => (
            <p key={track} className={styles.track}>
              Also received: {track}
            </p>
          ))}
          {stats && stats.line !== null && <InputSrt channelId={channel.id} input={input} stats={stats} history={history} nowMs={nowMs} />}
        </>
      )}
      {input.actual?.state === 'connected' && stats?.receivedBps !== undefined && stats.receivedBps > 0 && (
        <p className={styles.track}>
          An encoder is connected and sends {formatBitrate(stats.receivedBps)}, but nothing in it can go on air.
        </p>
      )}
      <Warnings verdicts={verdicts} />
      {inputNotes(input).map((note) => (
        <p key={note} className={styles.track}>
          {note}
        </p>
      ))}
    </section>
  )
}
