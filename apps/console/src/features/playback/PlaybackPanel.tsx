import { Button, NumberInput, TextInput } from '@mantine/core'
import type { Channel, PlaybackStats } from '@sluice/contract/api'
import { useState } from 'react'
import { CopyField, ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import styles from './PlaybackPanel.module.css'
import { barsOf, formatMs, retentionShares, tilesOf } from './playback-words.ts'
import { useComplain, usePlayback, usePlayers } from './use-playback.ts'

const minutes = 15
const clock = (iso: string | number): string => new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })

/** What viewers of the player page see: figures, formats, minutes, what they complained of, and the players that they watch in. */
export function PlaybackPanel({ channel }: { channel: Channel }) {
  const { data: stats, error } = usePlayback(channel.id)
  return (
    <Panel title="Viewers" aside={<span className={styles.aside}>Last {minutes} minutes</span>}>
      <ProblemNote error={error} />
      {stats && (
        <div className={styles.panel}>
          <dl className={styles.tiles}>
            {tilesOf(stats).map(({ label, value, more }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>
                  <b>{value}</b>
                  <span>{more}</span>
                </dd>
              </div>
            ))}
          </dl>
          <Minutes stats={stats} />
          <Formats stats={stats} />
          <Complaints channelId={channel.id} stats={stats} />
          <Players channelId={channel.id} />
        </div>
      )}
    </Panel>
  )
}

function Minutes({ stats }: { stats: PlaybackStats }) {
  const bars = barsOf(stats.minutes, Date.parse(stats.at), minutes)
  const shares = retentionShares(stats.retention)
  return (
    <section aria-label="Viewers by minute">
      <ul className={styles.bars}>
        {bars.map(({ atMs, viewers, stalls, share }) => {
          const said = `${clock(atMs)}: ${viewers} watched, ${stalls} stalls`
          return (
            <li key={atMs} title={said} data-stalled={stalls > 0}>
              <i style={{ height: `${Math.max(2, share * 100)}%` }} />
              <span className="visually-hidden">{said}</span>
            </li>
          )
        })}
      </ul>
      <p className={styles.note}>
        Viewers by minute; a minute with stalls is amber.
        {shares.length > 1 && ` Of 100 who started, ${shares.at(-1)} watched for ${shares.length - 1} min or longer.`}
      </p>
    </section>
  )
}

function Formats({ stats: { formats } }: { stats: PlaybackStats }) {
  if (formats.length === 0)
    return <p className={styles.note}>No player reports yet. Players on this version’s pages report by themselves.</p>
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Format</th>
            <th scope="col">Viewers</th>
            <th scope="col">Startup</th>
            <th scope="col">Stalls</th>
            <th scope="col">Latency</th>
          </tr>
        </thead>
        <tbody>
          {formats.map(({ step, rung, viewers, startupMs, stalls, latencyMs }) => (
            <tr key={`${step} ${rung}`}>
              <th scope="row">
                {step.toUpperCase()} {rung}
              </th>
              <td>{viewers}</td>
              <td>{startupMs === null ? '–' : formatMs(startupMs.p50)}</td>
              <td>{stalls}</td>
              <td>{latencyMs === null ? '–' : formatMs(latencyMs.p50)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Complaints({ channelId, stats: { marks } }: { channelId: string; stats: PlaybackStats }) {
  const [text, setText] = useState('')
  const [minutesAgo, setMinutesAgo] = useState(0)
  const complain = useComplain(channelId)
  return (
    <section aria-label="What happened, and what viewers said">
      {marks.length > 0 && (
        <ul className={styles.marks}>
          {marks.map(({ at, kind, text: said }) => (
            <li key={`${at} ${kind} ${said}`} data-kind={kind}>
              <time dateTime={at}>{clock(at)}</time> {kind === 'complaint' ? `“${said}”` : said}
            </li>
          ))}
        </ul>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          complain.mutate({ text, minutesAgo }, { onSuccess: () => setText('') })
        }}
      >
        <TextInput label="Complaint of a viewer" value={text} maxLength={400} onChange={(event) => setText(event.currentTarget.value)} />
        <NumberInput
          label="Minutes ago"
          min={0}
          max={600}
          w={120}
          value={minutesAgo}
          onChange={(value) => setMinutesAgo(Number(value) || 0)}
        />
        <Button type="submit" variant="default" disabled={text.trim() === ''} loading={complain.isPending}>
          Note it
        </Button>
      </form>
      <ProblemNote error={complain.error} />
    </section>
  )
}

function Players({ channelId }: { channelId: string }) {
  const { data } = usePlayers(channelId)
  if (data === undefined || data.items.length === 0) return null
  return (
    <section aria-label="Players" className={styles.players}>
      <h3>Players</h3>
      {data.items.map(({ id, name, sites, code }) => (
        <CopyField key={id} label={`${name}, ${sites.length === 0 ? 'on every site' : `on ${sites.join(', ')}`}`} value={code.iframe} />
      ))}
    </section>
  )
}
