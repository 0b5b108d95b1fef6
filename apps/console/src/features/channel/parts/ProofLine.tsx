import type { Channel, ProofFact, Triage, TriageTone } from '@sluice/contract/api'
import { type Icon, IconAlertTriangle, IconCheck, IconCircleX, IconClock, IconLock } from '@tabler/icons-react'
import { formatTimeOfDay } from '../../../ui/format/index.ts'
import { GateBar, gatesOfCounts } from '../../../ui/gates/index.ts'
import styles from './ChannelHeader.module.css'

const icons: Readonly<Record<TriageTone, Icon>> = {
  ok: IconCheck,
  busy: IconClock,
  warn: IconAlertTriangle,
  bad: IconCircleX,
  quiet: IconClock,
}

/** Always three facts: delivered, backup, rehearsed. Nothing is claimed before there is evidence. */
export function ProofLine({ channel, triage, isStale }: { channel: Channel; triage: Triage | undefined; isStale: boolean }) {
  const gates = triage?.gates ?? gatesOfCounts({ ...channel.outputs, live: 0, troubled: 0 })
  return (
    // Facts of another width are another line: none of them moves.
    <ul key={triage?.proof.map(({ text }) => text).join()} className={styles.proof} aria-label="Proof">
      {triage?.proof.map((fact) => (
        <li key={fact.kind} data-tone={isStale ? 'quiet' : fact.tone}>
          {fact.kind === 'delivered' && gates.length > 0 ? <GateBar gates={gates} /> : <FactIcon fact={fact} />}
          {fact.text}
          {fact.at !== null && <time dateTime={fact.at}>{whenOf(fact.at)}</time>}
        </li>
      ))}
    </ul>
  )
}

function FactIcon({ fact }: { fact: ProofFact }) {
  const Shown = /locked out/.test(fact.text) ? IconLock : icons[fact.tone]
  return <Shown size={17} stroke={2} aria-hidden />
}

const dayMs = 24 * 60 * 60_000

/** A time of today, or how many days ago. */
function whenOf(at: string): string {
  const days = Math.floor((Date.now() - Date.parse(at)) / dayMs)
  return days === 0 ? formatTimeOfDay(at).slice(0, 5) : `${days} d ago`
}
