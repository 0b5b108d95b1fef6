import { NumberInput, TextInput } from '@mantine/core'

export type OwnForm = { readonly delaySeconds: number | string; readonly audioTrack: number | string; readonly probeUrl: string }
type Props = {
  form: OwnForm
  delayError: string | undefined
  trackError: string | undefined
  probeError: string | undefined
  onChange(form: OwnForm): void
}

/** What an output has of its own beside its encode: a delay, one of the source's audio tracks, and where viewers play it. */
export function OwnFields({ form, delayError, trackError, probeError, onChange }: Props) {
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
      <TextInput
        label="Playback address"
        description="Where viewers play it at the destination: an HLS playlist (https://) or rtmp://. Sluice looks there whether the stream is seen. A token in it is not shown again."
        placeholder="https://cdn.example.com/live/index.m3u8"
        value={form.probeUrl}
        onChange={(event) => onChange({ ...form, probeUrl: event.currentTarget.value })}
        error={probeError}
      />
    </>
  )
}
