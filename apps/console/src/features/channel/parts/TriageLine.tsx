import { Button, Modal } from '@mantine/core'
import type { Channel, Triage, TriageProblem } from '@sluice/contract/api'
import { IconCircleCheck, IconClock } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useEffectEvent, useState } from 'react'
import { useBroadcast, useNow, useTimeline } from '../../../live/index.ts'
import { elapsedMs, formatSpan, formatTimeOfDay } from '../../../ui/format/index.ts'
import { firstActionHash } from '../../../ui/triage/index.ts'
import { isEnded, problemIcon } from '../channel-look.ts'
import { useShortcut } from '../shortcuts.tsx'
import { useTriageAction } from '../use-triage-action.ts'
import styles from './AttentionRow.module.css'

type Props = { channel: Channel; triage: Triage | undefined; problems: readonly TriageProblem[]; canWrite: boolean; isMain: boolean }

/** One sentence, one action; the rest of the problems are a press away. */
export function TriageLine({ channel, triage, problems, canWrite, isMain }: Props) {
  const [isListOpen, setListOpen] = useState(false)
  const [first] = problems
  if (triage === undefined) return <section className={styles.triage} aria-label="What to do first" aria-busy />
  const list = problems.length > 1 && (
    <>
      {' '}
      <button type="button" className={styles.more} onClick={() => setListOpen(true)}>
        and {problems.length - 1} more
      </button>
    </>
  )
  return (
    <>
      {first === undefined ? (
        <CalmLine channel={channel} triage={triage} canWrite={canWrite} />
      ) : (
        <ProblemLine key={first.code + first.title} problem={first} canWrite={canWrite} isMain={isMain} hasKey>
          {list}
        </ProblemLine>
      )}
      <Modal opened={isListOpen} onClose={() => setListOpen(false)} title="What is wrong" size={720}>
        <div className={styles.list}>
          {problems.map((problem) => (
            <ProblemLine
              key={problem.code + problem.title}
              problem={problem}
              canWrite={canWrite}
              isMain={problem === first}
              onDone={() => setListOpen(false)}
            />
          ))}
        </div>
      </Modal>
    </>
  )
}

type LineProps = {
  problem: TriageProblem
  canWrite: boolean
  isMain: boolean
  hasKey?: boolean
  children?: React.ReactNode
  onDone?(): void
}

function ProblemLine({ problem, canWrite, isMain, hasKey = false, children, onDone }: LineProps) {
  const nowMs = useNow()
  const action = useTriageAction(problem.action, canWrite)
  const ProblemIcon = problemIcon(problem)
  const run = (): void => {
    onDone?.()
    action?.run()
  }
  useShortcut('t', hasKey && action !== null ? run : null)
  useAskedFor(hasKey && action !== null ? run : null, problem.action?.outputId ?? null)
  const ago = problem.since === null ? '' : ` ${formatSpan(elapsedMs(problem.since, nowMs))} ago`
  return (
    <section
      className={styles.triage}
      data-tone={problem.tone}
      data-code={problem.code}
      data-hint={problem.hint}
      aria-label={hasKey ? 'What to do first' : undefined}
    >
      <ProblemIcon size={24} aria-hidden />
      <p>
        <b>
          {problem.title}
          {ago}.
        </b>{' '}
        {problem.text}
        {children}
      </p>
      {action !== null && (
        <Button variant={isMain && !action.isQuiet ? 'filled' : 'default'} onClick={run}>
          {action.label}
          {hasKey && <kbd className={styles.key}>T</kbd>}
        </Button>
      )}
    </section>
  )
}

const lookMs = 100

/** Does it once where the address of the page asks for it, as the wall does. What it concerns may still be on its way: an output has a row first. */
function useAskedFor(run: (() => void) | null, outputId: string | null): void {
  const { history } = useRouter()
  const isPossible = run !== null
  const isDone = useEffectEvent((): boolean => {
    if (history.location.hash !== `#${firstActionHash}`) return true
    if (outputId !== null && document.getElementById(`output-${outputId}`) === null) return false
    history.replace(history.location.pathname)
    run?.()
    return true
  })
  useEffect(() => {
    if (!isPossible) return
    const timer = setInterval(() => {
      if (isDone()) clearInterval(timer)
    }, lookMs)
    return () => clearInterval(timer)
  }, [isPossible])
}

/** Nothing is wrong: since when, and what that is known by. */
function CalmLine({ channel, triage, canWrite }: { channel: Channel; triage: Triage; canWrite: boolean }) {
  const nowMs = useNow()
  const broadcast = useBroadcast(channel.id)
  const { data: events = [] } = useTimeline(channel.id)
  const action = useTriageAction(triage.calm.action, canWrite)
  useShortcut('t', action?.run ?? null)
  const ended = isEnded({ channel, broadcast, nowMs }) ? events.find(({ name }) => name === 'broadcast.ended') : undefined
  const { calm, lastTroubleAt } = triage
  const CalmIcon = calm.tone === 'ok' || ended !== undefined ? IconCircleCheck : IconClock
  // The broadcast began after the last trouble: it is clear since its beginning.
  const sinceAt = [lastTroubleAt, broadcast?.startedAt ?? null]
    .filter((at) => at !== null)
    .toSorted()
    .at(-1)
  const since = calm.tone === 'ok' && sinceAt !== undefined ? ` since ${formatTimeOfDay(sinceAt).slice(0, 5)}` : ''
  return (
    <section className={styles.triage} data-tone={ended === undefined ? calm.tone : 'ok'} aria-label="What to do first">
      <CalmIcon size={24} aria-hidden />
      <p>
        {ended !== undefined ? (
          <>
            <b>The show ended at {formatTimeOfDay(ended.at).slice(0, 5)}.</b> {ended.message.replace(/\.?$/, '.')}
            {channel.ended !== null && ` ${calm.text}`}
          </>
        ) : channel.ended !== null ? (
          <>
            <b>
              {channel.ended.by} ended the show at {formatTimeOfDay(channel.ended.at).slice(0, 5)}.
            </b>{' '}
            {calm.text}
          </>
        ) : (
          <>
            <b>
              {calm.title}
              {since}.
            </b>{' '}
            {calm.text}
          </>
        )}
      </p>
      {action !== null ? (
        <Button variant="default" onClick={action.run}>
          {action.label}
          <kbd className={styles.key}>T</kbd>
        </Button>
      ) : (
        <span className={styles.fresh}>Checked {formatSpan(elapsedMs(triage.at, nowMs))} ago</span>
      )}
    </section>
  )
}
