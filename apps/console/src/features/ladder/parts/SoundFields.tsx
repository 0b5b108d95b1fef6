import { NumberInput } from '@mantine/core'
import type { RungAudioWish } from '@sluice/contract/api'

type Props = { audio: RungAudioWish; onChange(audio: RungAudioWish): void }

/** Which of the source's audio tracks a rung has, and how loud. */
export function SoundFields({ audio, onChange }: Props) {
  return (
    <>
      <NumberInput
        label="Audio track of the source"
        description="Counted from 0; the first one while the source does not have it"
        min={0}
        max={15}
        allowDecimal={false}
        value={audio.track ?? 0}
        onChange={(value) => onChange({ ...audio, track: Number(value) })}
      />
      <NumberInput
        label="Gain"
        description="Above 0 a limiter keeps it below full scale"
        suffix=" dB"
        min={-60}
        max={20}
        value={audio.gainDb ?? 0}
        onChange={(value) => onChange({ ...audio, gainDb: Number(value) })}
      />
    </>
  )
}
