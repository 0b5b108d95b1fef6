import type { Channel } from '@sluice/contract/api'
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react'
import { ProblemNote } from '../../ui/form/index.ts'
import { Panel } from '../../ui/layout/index.ts'
import { StateBadge } from '../../ui/state/index.ts'
import { formatRow, type OutsideRow, outputRow, proberNote } from './outside-words.ts'
import styles from './PlaybackPanel.module.css'
import { useProbes } from './use-playback.ts'

const icons = { ok: IconCircleCheck, bad: IconCircleX, warn: IconAlertTriangle, quiet: IconCircleDashed } as const
const clock = (iso: string): string => new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' })

/** The channel as its viewers have it, played from outside, and what destinations show of its outputs. */
export function FromOutsidePanel({ channel }: { channel: Channel }) {
  const { data: probes, error } = useProbes(channel.id)
  const note = probes === undefined ? null : proberNote(probes)
  return (
    <Panel title="From outside" aside={<span className={styles.aside}>Played as viewers do, every 2 s</span>}>
      <ProblemNote error={error} />
      {probes && (
        <div className={styles.panel}>
          {note !== null && <p className={styles.note}>{note}</p>}
          <Rows head={['Player page', 'Behind live', 'Played']} rows={probes.formats.map((one) => formatRow(one, clock))} />
          {probes.outputs.length > 0 && (
            <Rows head={['Destination', 'Behind live', '']} rows={probes.outputs.map((one) => outputRow(one, clock))} />
          )}
          {probes.outputs.length === 0 && (
            <p className={styles.note}>
              To see what a destination shows, enter its playback address in the output: Edit, Playback address.
            </p>
          )}
        </div>
      )}
    </Panel>
  )
}

function Rows({ head: [name, latency, success], rows }: { head: readonly [string, string, string]; rows: readonly OutsideRow[] }) {
  return (
    <div className={styles.scroll}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{name}</th>
            <th scope="col">State</th>
            <th scope="col">{latency}</th>
            {success !== '' && <th scope="col">{success}</th>}
            <th scope="col">What happened</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">{row.name}</th>
              <td>
                <StateBadge tone={row.tone} word={row.word} Icon={icons[row.tone]} isSoft />
              </td>
              <td>{row.latency}</td>
              {success !== '' && <td>{row.success}</td>}
              <td className={styles.said}>{row.more ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
