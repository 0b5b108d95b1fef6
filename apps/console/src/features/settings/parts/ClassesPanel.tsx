import { Button } from '@mantine/core'
import type { PolicyVersion } from '@sluice/contract/api'
import { useState } from 'react'
import { useCan, usePolicies } from '../../../live/index.ts'
import { ProblemNote } from '../../../ui/form/index.ts'
import { formatDate, formatSpan } from '../../../ui/format/index.ts'
import { Panel } from '../../../ui/layout/index.ts'
import styles from './ClassesPanel.module.css'
import { ClassHistoryDialog } from './ClassHistoryDialog.tsx'
import { EditClassDialog } from './EditClassDialog.tsx'

/** The classes beside each other: what each allows, who last changed it and why. [POL-12] [POL-14] */
export function ClassesPanel() {
  const { data: versions, error } = usePolicies()
  const canWrite = useCan('workspace:write')
  const [open, setOpen] = useState<{ dialog: 'edit' | 'history'; version: PolicyVersion } | null>(null)
  return (
    <Panel title="Classes" isFlush>
      <ProblemNote error={error} />
      <p className={styles.about}>
        Every output belongs to a class. A change applies to all channels in this workspace at once. No output reconnects.
      </p>
      <div className={styles.cards}>
        {versions?.map((version) => (
          <article key={version.policy.class} className={styles.card} aria-labelledby={`class-${version.policy.class}`}>
            <h3 id={`class-${version.policy.class}`}>
              <span className={styles.letter}>{version.policy.class}</span> {version.policy.label}
            </h3>
            <p className={styles.origin}>{originOf(version)}</p>
            <dl className={styles.facts}>
              {factsOf(version).map(([label, value]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
            <div className={styles.actions}>
              {canWrite && (
                <Button variant="default" size="compact-md" fz="sm" onClick={() => setOpen({ dialog: 'edit', version })}>
                  Edit<span className="visually-hidden"> class {version.policy.class}</span>
                </Button>
              )}
              <Button
                variant="subtle"
                size="compact-md"
                fz="sm"
                disabled={version.version === 0}
                onClick={() => setOpen({ dialog: 'history', version })}
              >
                History<span className="visually-hidden"> of class {version.policy.class}</span>
              </Button>
            </div>
          </article>
        ))}
      </div>
      {open?.dialog === 'edit' && <EditClassDialog version={open.version} onClose={() => setOpen(null)} />}
      {open?.dialog === 'history' && <ClassHistoryDialog outputClass={open.version.policy.class} onClose={() => setOpen(null)} />}
    </Panel>
  )
}

function originOf({ version, isShipped, by, at, reason }: PolicyVersion): string {
  if (version === 0 || at === null) return 'Defaults'
  return `${isShipped ? 'Defaults restored' : `Version ${version}`} by ${by}, ${formatDate(at)}: “${reason}”`
}

function factsOf({ policy }: PolicyVersion): [label: string, value: string][] {
  const { retry, autoDisable, failoverTriggerMs: trigger, failoverHoldMs: hold, targetVideoKbps: target } = policy
  const seconds = (ms: number): string => String(ms / 1000)
  return [
    ['Video limit', `${policy.maxVideoKbps} kbps`],
    ['Video target', `${target.min} to ${target.max} kbps`],
    ['Keyframe interval', `${seconds(policy.gopMs)} s`],
    ['Switch after', `${seconds(trigger.default)} s, ${seconds(trigger.min)} to ${seconds(trigger.max)} s`],
    ['Return after', `${seconds(hold.default)} s, ${seconds(hold.min)} to ${seconds(hold.max)} s`],
    ['Retry delay', `${seconds(retry.baseMs)} s, up to ${seconds(retry.capMs)} s`],
    ['Attempts', retry.maxAttempts === null ? 'no limit' : `${retry.maxAttempts} in ${formatSpan(retry.windowMs)}`],
    ['Failure limit', autoDisable === null ? 'no limit' : `${autoDisable.failures} in ${formatSpan(autoDisable.windowMs)}`],
    ['Queue', `${seconds(policy.queueMs)} s`],
    ['Keep session for', formatSpan(policy.keepSessionMs)],
  ]
}
