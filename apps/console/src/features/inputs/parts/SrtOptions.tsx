import { Button, NumberInput, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useCan } from '../../../live/index.ts'
import { CopyField, fieldError, ProblemNote, restError } from '../../../ui/form/index.ts'
import type { Input } from '../input-look.ts'
import { usePatchInput } from '../use-inputs.ts'
import styles from './SrtOptions.module.css'

const latencyMs = { min: 20, max: 8000, step: 100 } as const

/** Latency and passphrase of SRT; they apply from the next connection. */
export function SrtOptions({ channelId, input }: { channelId: string; input: Input }) {
  const patch = usePatchInput(channelId, input.id)
  const [latency, setLatency] = useState<string | number>(input.srt.latencyMs)
  const [passphrase, setPassphrase] = useState('')
  const isChanged = Number(latency) !== input.srt.latencyMs || passphrase !== ''
  if (!useCan('channel:write')) return null
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const srt = { latencyMs: Number(latency), ...(passphrase === '' ? {} : { passphrase }) }
    patch.mutate({ srt }, { onSuccess: () => setPassphrase('') })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <NumberInput
        label="Latency"
        suffix=" ms"
        {...latencyMs}
        value={latency}
        onChange={setLatency}
        error={fieldError(patch.error, 'srt.latencyMs')}
      />
      <PasswordInput
        label="Passphrase"
        placeholder={input.srt.hasPassphrase ? 'set; type to replace' : 'none'}
        autoComplete="off"
        minLength={10}
        maxLength={79}
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
        error={fieldError(patch.error, 'srt.passphrase')}
      />
      <div className={styles.actions}>
        <Button type="submit" variant="default" disabled={!isChanged} loading={patch.isPending}>
          Save
        </Button>
        {input.srt.hasPassphrase && (
          <Button variant="subtle" onClick={() => patch.mutate({ srt: { passphrase: '' } })}>
            Remove passphrase
          </Button>
        )}
      </div>
      <OwnPort input={input} isPending={patch.isPending} onChange={(port) => patch.mutate({ srt: { port } })} />
      <ProblemNote error={restError(patch.error, ['srt.latencyMs', 'srt.passphrase'])} />
    </form>
  )
}

type OwnPortProps = { input: Input; isPending: boolean; onChange: (port: 'auto' | null) => void }

/** A UDP port for this input alone, for encoders that have no field for a stream id. */
function OwnPort({ input, isPending, onChange }: OwnPortProps) {
  const { port, url } = input.srt
  const problem = input.actual?.srtPort?.problem ?? null
  return (
    <div className={styles.port}>
      {url !== null && (
        <CopyField
          label="Address without a stream ID"
          value={url}
          hint={problem ?? 'Anyone who reaches this port can go live here: set a passphrase.'}
        />
      )}
      <Button variant="subtle" size="compact-sm" loading={isPending} onClick={() => onChange(port === null ? 'auto' : null)}>
        {port === null ? 'My encoder has no stream ID field: open a port for this input' : `Close port ${port}`}
      </Button>
    </div>
  )
}
