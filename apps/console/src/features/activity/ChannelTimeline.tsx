import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { type Sample, useHistories, useNow, useTimeline } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { eventMarks, LinesGraph, MarkLegend } from '../../ui/graph/index.ts'
import { onAirInput } from '../../ui/state/index.ts'
import styles from './ChannelTimeline.module.css'
import { type EventFilter, filterEvents } from './event-look.ts'
import { lowestOutput } from './lowest-output.ts'
import { EventList } from './parts/EventList.tsx'
import { FilterSwitch } from './parts/FilterSwitch.tsx'

const windowMs = 15 * 60_000
const bitsPerMbit = 1e6
const toPoint = ({ atMs, bitrateBps }: Pick<Sample, 'atMs' | 'bitrateBps'>) => ({ atMs, value: bitrateBps / bitsPerMbit })

/** The last quarter of an hour: what came in against what the worst output got, and what happened. */
export function ChannelTimeline({ channel, outputIds }: { channel: Channel; outputIds: readonly string[] }) {
  const nowMs = useNow()
  const { data: events = [], error } = useTimeline(channel.id)
  const [filter, setFilter] = useState<EventFilter>('all')
  const histories = useHistories()
  const inputIds = channel.inputs.map(({ id }) => id)
  const onAir = onAirInput(channel)?.id ?? inputIds[0] ?? ''
  const inflow = histories(onAir).map(toPoint)
  const outflow = lowestOutput(outputIds.map((id) => histories(id)))
  const shown = filterEvents(events, filter)
  const marks = eventMarks(events)
  return (
    <div className={styles.pane}>
      <div className={styles.chart}>
        <h3>
          <span>
            <i aria-hidden /> In, Mbps
          </span>
          <span>
            <i data-line="out" aria-hidden /> Lowest output
          </span>
          <MarkLegend marks={marks} sinceMs={nowMs - windowMs} />
        </h3>
        {inflow.length === 0 ? (
          <p className={styles.nodata}>The last 15 minutes appear here as soon as an encoder connects.</p>
        ) : (
          <div className={styles.plots}>
            <LinesGraph
              lines={[
                { points: inflow, colour: '--water-fill', look: 'filled' },
                ...(outflow.length === 0 ? [] : [{ points: atTimesOf(inflow, outflow.map(toPoint)), colour: '--ok-solid' } as const]),
              ]}
              endMs={nowMs}
              windowMs={windowMs}
              minTop={1}
              marks={marks}
              size="fill"
              label="Bitrate of the source and of the lowest output over the last 15 minutes"
            />
          </div>
        )}
      </div>
      <div className={styles.events}>
        <div className={styles.filter}>
          <FilterSwitch value={filter} onChange={setFilter} />
        </div>
        <ProblemNote error={error} />
        {shown.length === 0 && <p className={styles.none}>{filter === 'trouble' ? 'No problems so far.' : 'Nothing has happened yet.'}</p>}
        <EventList Heading="h3" events={shown} />
      </div>
    </div>
  )
}

type Point = ReturnType<typeof toPoint>

/** Lines of a graph have the same times: of the other line the value of the same second, or none. */
function atTimesOf(line: readonly Point[], other: readonly Point[]): Point[] {
  const seconds = new Map(other.map(({ atMs, value }) => [Math.round(atMs / 1000), value]))
  return line.map(({ atMs }) => ({ atMs, value: seconds.get(Math.round(atMs / 1000)) ?? Number.NaN }))
}
