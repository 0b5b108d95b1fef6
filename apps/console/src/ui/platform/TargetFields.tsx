import { PasswordInput, Switch, TextInput } from '@mantine/core'
import type { CatalogueEntry } from '@sluice/contract/api'
import { fieldError } from '../form/index.ts'
import { ClassChoice } from './ClassChoice.tsx'
import { ServerField } from './ServerField.tsx'
import styles from './TargetFields.module.css'
import { isUsualKey, keyHint, type TargetForm } from './target-form.ts'

type Props = {
  form: TargetForm
  onChange(form: TargetForm): void
  /** Null for a destination whose platform the catalogue does not know. */
  entry: CatalogueEntry | null
  error: Error | null
  /** Last characters of the saved key; with one the field may stay empty. */
  savedKeyHint?: string | null | undefined
}

/** Name, server, key and class of a place to send to. The key is never shown unless it is being typed and asked for. */
export function TargetFields({ form, onChange, entry, error, savedKeyHint }: Props) {
  const set = <K extends keyof TargetForm>(field: K, value: TargetForm[K]): void => onChange({ ...form, [field]: value })
  const isUsual = isUsualKey(entry, form.streamKey)
  return (
    <>
      <TextInput
        label="Name"
        description="How it appears in Sluice"
        required
        maxLength={80}
        value={form.name}
        onChange={(event) => set('name', event.currentTarget.value)}
        error={fieldError(error, 'name')}
      />
      <ServerField entry={entry} url={form.url} onChange={(url) => set('url', url)} error={fieldError(error, 'url')} />
      <PasswordInput
        label="Stream key"
        description={keyHint(entry) ?? 'From the live page of the platform. Some servers need none.'}
        placeholder={savedKeyHint ? `saved, ends in ${savedKeyHint}; type to replace` : undefined}
        autoComplete="off"
        data-1p-ignore
        maxLength={1000}
        value={form.streamKey}
        onChange={(event) => set('streamKey', event.currentTarget.value)}
        error={
          fieldError(error, 'streamKey') ??
          (isUsual ? undefined : `This does not look like a key from ${entry?.name}. You can still use it.`)
        }
        visibilityToggleButtonProps={{ 'aria-label': 'Show stream key' }}
      />
      <details className={styles.advanced}>
        <summary>
          Advanced{' '}
          <span>
            class {form.class}
            {form.class === entry?.suggestedClass ? ', as recommended' : ''}
          </span>
        </summary>
        <div className={styles.fields}>
          <ClassChoice value={form.class} onChange={(value) => set('class', value)} suggested={entry?.suggestedClass} />
          {/^rtmps:/i.test(form.url) && (
            <Switch
              label="Check the server's certificate"
              description="Turn this off only for your own server with a self-signed certificate"
              checked={form.tlsVerify}
              onChange={(event) => set('tlsVerify', event.currentTarget.checked)}
            />
          )}
        </div>
      </details>
    </>
  )
}
