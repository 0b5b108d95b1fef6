import { NumberInput } from '@mantine/core'

export type OwnForm = { readonly delaySeconds: number | string; readonly audioTrack: number | string }
type Props = { form: OwnForm; delayError: string | undefined; trackError: string | undefined; onChange(form: OwnForm): void }

/** What an output has of its own beside its encode: a delay, and one of the source's audio tracks. */
export function OwnFields({ form, delayError, trackError, onChange }: Props) {
  return (
    <>
      <NumberInput
        label="Delay"
        description="A longer delay sends nothing until it has passed; a shorter one skips ahead. The connection stays."
        suffix=" s"
        min={0}
        max={60}
        value={form.delaySeconds}
        onChange={(delaySeconds) => onChange({ ...form, delaySeconds })}
        error={delayError}
      />
      <NumberInput
        label="Audio track of the source"
        description="Counted from 0. Empty: the first, or all where the protocol carries several."
        min={0}
        max={15}
        allowDecimal={false}
        value={form.audioTrack}
        onChange={(audioTrack) => onChange({ ...form, audioTrack })}
        error={trackError}
      />
    </>
  )
}
