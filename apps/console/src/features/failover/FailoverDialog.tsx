import { Stack, Switch } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { useState } from 'react'
import { FormDialog } from '../../ui/form/index.ts'
import { OverrideReason, PolicyMarks, violationText } from '../../ui/policy/index.ts'
import styles from './FailoverDialog.module.css'
import { driftedIn, type FailoverForm, failoverFormOf, failoverPatch, outsideOf } from './failover-form.ts'
import { MediaTriggers } from './parts/MediaTriggers.tsx'
import { PictureTriggers } from './parts/PictureTriggers.tsx'
import { SlateField } from './parts/SlateField.tsx'
import { TimeField } from './parts/TimeField.tsx'
import { usePatchFailover } from './use-failover.ts'

/** Everything that decides a switch: times, slate, and which media faults count. Changes apply at once, on the air too. */
export function FailoverDialog({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const { failover } = channel
  const patch = usePatchFailover(channel.id)
  const [form, setForm] = useState(() => failoverFormOf(channel))
  const set = (change: Partial<FailoverForm>): void => setForm({ ...form, ...change })
  const body = failoverPatch(form, channel)
  return (
    <FormDialog
      title="Failover settings"
      size={560}
      action="Save"
      isBusy={patch.isPending}
      canSubmit={Object.keys(body.failover ?? {}).length > 0}
      error={patch.error}
      onSubmit={() => patch.mutate(body, { onSuccess: onClose })}
      onClose={onClose}
    >
      <Stack gap="lg">
        <fieldset className={styles.group}>
          <legend>When an input goes silent</legend>
          <div className={styles.times}>
            <TimeField
              label="Switch after"
              value={form.triggerMs}
              onChange={(triggerMs) => set({ triggerMs })}
              time={failover.fromClasses.triggerMs}
            />
            <TimeField label="Return after" value={form.holdMs} onChange={(holdMs) => set({ holdMs })} time={failover.fromClasses.holdMs} />
          </div>
          <p className={styles.note}>
            The strictest class among the outputs sets the default and the allowed range. If an input disconnects, Sluice switches at once.
          </p>
        </fieldset>
        <fieldset className={styles.group}>
          <legend>When an input's media is bad</legend>
          <MediaTriggers form={form} onChange={set} />
          <PictureTriggers form={form} onChange={set} />
        </fieldset>
        <fieldset className={styles.group}>
          <legend>When no input is left</legend>
          <Switch
            label="Show a slate"
            description="Keeps the outputs connected for as long as their class allows"
            checked={form.slate}
            onChange={(event) => set({ slate: event.currentTarget.checked })}
          />
          {form.slate && <SlateField value={form.shows} onChange={(shows) => set({ shows })} />}
        </fieldset>
        <PolicyMarks overrides={channel.overrides} violations={[]} />
        <OverrideReason
          outside={outsideOf(form, channel)}
          drifted={driftedIn(form, channel.violations).map(violationText)}
          value={form.reason}
          onChange={(reason) => set({ reason })}
        />
      </Stack>
    </FormDialog>
  )
}
