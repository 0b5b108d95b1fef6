import { Button, Checkbox, SegmentedControl } from '@mantine/core'
import type { Channel, ChannelPlan, PlaybackLadder, Rung, RungTemplate } from '@sluice/contract/api'
import { useState } from 'react'
import { ProblemNote } from '../../../ui/form/index.ts'
import { offerText, wishText } from '../rung-text.ts'
import { useSetLadder, useTemplates } from '../use-ladder.ts'
import styles from './LadderChoice.module.css'

const modes = [
  { value: 'off', label: 'Off' },
  { value: 'auto', label: 'Automatic' },
  { value: 'own', label: 'Choose steps' },
]
type Mode = 'off' | 'auto' | 'own'
const modeOf = (ladder: PlaybackLadder): Mode => (typeof ladder === 'string' ? ladder : 'own')

const notes: Readonly<Record<Mode, string>> = {
  off: 'The player gets the source alone: viewers on slow lines have nothing smaller to change down to.',
  auto: '1080p, 720p, 480p and 360p, as far as they are below the source and fit on this machine. It takes CPU from the first picture on, whoever watches.',
  own: 'Rungs of this channel and templates. A step larger than the source is left out.',
}

/** What the player gets beside the source. */
export function LadderChoice({ channel, rungs, plan }: { channel: Channel; rungs: readonly Rung[]; plan: ChannelPlan | undefined }) {
  const { ladder } = channel.playback
  const { data: templates = [] } = useTemplates()
  const set = useSetLadder(channel.id)
  // Null: as it is stored.
  const [mode, setMode] = useState<Mode | null>(null)
  const [steps, setSteps] = useState<readonly string[] | null>(null)
  const shown = mode ?? modeOf(ladder)
  const chosen = steps ?? (typeof ladder === 'string' ? [] : ladder)
  const stored = (): void => {
    setMode(null)
    setSteps(null)
  }
  const choose = (value: string): void => {
    const next = modes.find((one) => one.value === value)?.value as Mode | undefined
    setMode(next ?? null)
    if (next === 'off' || next === 'auto') set.mutate(next, { onSettled: stored })
  }
  return (
    <div className={styles.choice}>
      <SegmentedControl aria-label="Player ladder" data={modes} value={shown} onChange={choose} disabled={set.isPending} />
      <p>{notes[shown]}</p>
      {shown === 'off' && plan !== undefined && <LadderOffer plan={plan} isPending={set.isPending} onTake={() => choose('auto')} />}
      {shown === 'own' && (
        <form
          className={styles.steps}
          onSubmit={(event) => {
            event.preventDefault()
            set.mutate([...chosen], { onSuccess: stored })
          }}
        >
          {stepsOf(rungs, templates).map(({ id, name, about }) => (
            <Checkbox
              key={id}
              label={`${name} (${about})`}
              checked={chosen.includes(id)}
              onChange={(event) => setSteps(event.currentTarget.checked ? [...chosen, id] : chosen.filter((other) => other !== id))}
            />
          ))}
          <Button type="submit" size="xs" loading={set.isPending} disabled={chosen.length === 0 || steps === null}>
            Save steps
          </Button>
        </form>
      )}
      <ProblemNote error={set.error} />
    </div>
  )
}

/** What the ladder would be on this machine now, and its price, before anybody pays it. */
function LadderOffer({ plan, isPending, onTake }: { plan: ChannelPlan; isPending: boolean; onTake: () => void }) {
  const text = offerText(plan)
  return (
    <div className={styles.offer}>
      <p>{text.sentence}</p>
      {text.canTake && (
        <Button size="xs" variant="default" loading={isPending} onClick={onTake}>
          Turn the ladder on
        </Button>
      )}
    </div>
  )
}

const stepsOf = (rungs: readonly Rung[], templates: readonly RungTemplate[]) =>
  [...rungs, ...templates].filter(({ video }) => video !== null).map((one) => ({ id: one.id, name: one.name, about: wishText(one) }))
