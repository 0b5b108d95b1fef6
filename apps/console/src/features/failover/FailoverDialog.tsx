import { Button, Group, Modal, Stack, Switch } from '@mantine/core'
import type { Channel } from '@sluice/contract/api'
import { type FormEvent, useState } from 'react'
import { ProblemNote } from '../../ui/form/index.ts'
import { OverrideReason, PolicyMarks, violationText } from '../../ui/policy/index.ts'
import styles from './FailoverDialog.module.css'
import { driftedIn, type FailoverForm, failoverFormOf, failoverPatch, outsideOf } from './failover-form.ts'
import { MediaTriggers } from './parts/MediaTriggers.tsx'
import { PictureTriggers } from './parts/PictureTriggers.tsx'
import { SlateField } from './parts/SlateField.tsx'
import { TimeField } from './parts/TimeField.tsx'
import { usePatchFailover } from './use-failover.ts'

/** Everything that decides a switch: times, slate, and which faults of the media count. What is saved holds at once, on the air too. */
export function FailoverDialog({ channel, onClose }: { channel: Channel; onClose(): void }) {
  const { failover } = channel
  const patch = usePatchFailover(channel.id)
  const [form, setForm] = useState(() => failoverFormOf(channel))
  const set = (change: Partial<FailoverForm>): void => setForm({ ...form, ...change })
  const body = failoverPatch(form, channel)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    patch.mutate(body, { onSuccess: onClose })
  }
  return (
    <Modal opened onClose={onClose} title="Failover settings" size={560}>
      <form onSubmit={submit}>
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
              <TimeField
                label="Return after"
                value={form.holdMs}
                onChange={(holdMs) => set({ holdMs })}
                time={failover.fromClasses.holdMs}
              />
            </div>
            <p className={styles.note}>
              The tightest class among the outputs says what holds and what is allowed. An input that ends its session is left at once.
            </p>
          </fieldset>
          <fieldset className={styles.group}>
            <legend>When its media is bad</legend>
            <MediaTriggers form={form} onChange={set} />
            <PictureTriggers form={form} onChange={set} />
          </fieldset>
          <fieldset className={styles.group}>
            <legend>When nothing is left</legend>
            <Switch
              label="Show a slate"
              description="It keeps the outputs connected for as long as their class says"
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
          <ProblemNote error={patch.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={patch.isPending} disabled={Object.keys(body.failover ?? {}).length === 0}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
