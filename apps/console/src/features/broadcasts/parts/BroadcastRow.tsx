import type { BroadcastSummary } from '@sluice/contract/api'
import { IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { useNow } from '../../../live/index.ts'
import { formatClock, formatDate, formatShare, formatTimeOfDay } from '../../../ui/format/index.ts'
import styles from '../BroadcastsPanel.module.css'
import { endWords, successWords } from '../broadcast-words.ts'
import { useBroadcastReport } from '../use-broadcasts.ts'

/** One broadcast in a line: when, for how long, what was delivered, how it ended. */
export function BroadcastRow({ broadcast }: { broadcast: BroadcastSummary }) {
  const nowMs = useNow()
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const { startedAt, endedAt, isAimMet } = broadcast
  const lastedMs = (endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt)
  return (
    <li>
      <button type="button" className={styles.row} aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
        <IconChevronRight size={17} aria-hidden />
        <b>
          {formatDate(startedAt)}, {formatTimeOfDay(startedAt).slice(0, 5)}
        </b>
        <span className={styles.clock}>{formatClock(lastedMs)}</span>
        <span data-tone={isAimMet === false ? 'bad' : 'ok'}>{successWords(broadcast)}</span>
        <span className={styles.end}>{endWords(broadcast)}</span>
      </button>
      <div id={id}>{isOpen && <Outputs broadcast={broadcast} />}</div>
    </li>
  )
}

function Outputs({ broadcast: { id, channelId } }: { broadcast: BroadcastSummary }) {
  const { data } = useBroadcastReport(channelId, id)
  if (data === undefined) return null
  if (data.outputs.length === 0) return <p className={styles.note}>No output took part.</p>
  return (
    <table className={styles.outputs}>
      <thead>
        <tr>
          <th scope="col">Output</th>
          <th scope="col">Delivered</th>
          <th scope="col">Live for</th>
        </tr>
      </thead>
      <tbody>
        {data.outputs.map(({ outputId, name, share, isAimMet, liveMs, wantedMs }) => (
          <tr key={outputId}>
            <th scope="row">{name}</th>
            <td data-tone={isAimMet === false ? 'bad' : 'ok'}>{share === null ? '–' : formatShare(share)}</td>
            <td>
              {formatClock(liveMs)} of {formatClock(wantedMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
