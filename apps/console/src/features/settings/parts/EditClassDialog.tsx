import { Button, NumberInput, Textarea } from '@mantine/core'
import type { PolicyVersion } from '@sluice/contract/api'
import { useState } from 'react'
import { FormDialog, fieldError } from '../../../ui/form/index.ts'
import { policyEdit, policyErrors, policyFormOf, policyGroups } from '../policy-form.ts'
import { useChangePolicy } from '../use-policies.ts'
import styles from './EditClassDialog.module.css'

/** Every figure of a class, with the reason for the change. */
export function EditClassDialog({ version, onClose }: { version: PolicyVersion; onClose(): void }) {
  const { policy } = version
  const change = useChangePolicy(policy.class)
  const [form, setForm] = useState(() => policyFormOf(policy))
  const [reason, setReason] = useState('')
  const edit = policyEdit(form, policy)
  const errors = policyErrors(edit, policy)
  const reset = (
    <Button
      variant="subtle"
      disabled={version.isShipped || reason.trim().length < 3}
      title={version.isShipped ? 'These are the defaults' : 'Give a reason first'}
      onClick={() => change.mutate({ reset: true, version: version.version, reason }, { onSuccess: onClose })}
    >
      Restore defaults
    </Button>
  )
  return (
    <FormDialog
      title={`Class ${policy.class} · ${policy.label}`}
      size={620}
      action="Save"
      isBusy={change.isPending}
      canSubmit={Object.keys(edit).length > 0 && Object.keys(errors).length === 0}
      error={change.error}
      aside={reset}
      onSubmit={() => change.mutate({ ...edit, version: version.version, reason }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {policyGroups.map(({ title, about, fields }) => (
        <fieldset key={title} className={styles.group}>
          <legend>{title}</legend>
          <p>{about}</p>
          <div className={styles.fields}>
            {fields.map(({ path, label, unit, bound, mayBeEmpty }) => (
              <NumberInput
                key={path}
                label={label}
                suffix={unit}
                allowDecimal={false}
                {...bound}
                clampBehavior="none"
                required={mayBeEmpty === undefined}
                placeholder={mayBeEmpty ?? ''}
                value={form[path] ?? ''}
                onChange={(given) => setForm({ ...form, [path]: given === '' ? '' : Number(given) })}
                error={errors[path] ?? fieldError(change.error, path)}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <Textarea
        label="Reason"
        description="Saved in the history with your name"
        required
        minLength={3}
        maxLength={300}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
