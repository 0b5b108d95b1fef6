import { Button, SegmentedControl } from '@mantine/core'
import { IconArrowsMaximize, IconCheck, IconCircleX, IconLayoutGrid, IconPlayerPauseFilled, IconRefreshAlert } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useAllTriage, useChannels, useNow } from '../../live/index.ts'
import { ProblemNote } from '../../ui/form/index.ts'
import { formatTimeOfDay } from '../../ui/format/index.ts'
import { EmptyState } from '../../ui/layout/index.ts'
import { type Look, StateBadge } from '../../ui/state/index.ts'
import { CalmTile } from './parts/CalmTile.tsx'
import { LinkButton } from './parts/LinkButton.tsx'
import { WorstTile } from './parts/WorstTile.tsx'
import styles from './WallPage.module.css'
import { holdOrder, orderTiles, type Tile, type WallTone } from './wall-tiles.ts'

/** All channels at once, for several shows: what needs somebody is larger and stands first. */
export function WallPage() {
  const { data: channels, error } = useChannels()
  const { data: triage = [], error: triageError } = useAllTriage()
  const [order, setOrder] = useState<'worst' | 'name'>('worst')
  const page = useRef<HTMLDivElement>(null)
  const fresh = orderTiles(channels ?? [], triage, order)
  const { tiles, hold } = useHeldOrder(fresh)
  const worst = tiles.filter(({ tone }) => tone === 'bad' || tone === 'warn')
  const calm = tiles.filter(({ tone }) => tone === 'clear' || tone === 'off')
  return (
    <div ref={page} className={styles.page} data-wide>
      <header className={styles.head}>
        <h1>Wall</h1>
        <Sum tiles={tiles} />
        <Clock />
        <SegmentedControl
          size="xs"
          aria-label="Order"
          data={[
            { value: 'worst', label: 'Worst first' },
            { value: 'name', label: 'By name' },
          ]}
          value={order}
          onChange={(value) => setOrder(value === 'name' ? 'name' : 'worst')}
        />
        <Button
          variant="default"
          className={styles.full}
          leftSection={<IconArrowsMaximize size={17} aria-hidden />}
          onClick={() => void page.current?.requestFullscreen?.()}
        >
          Full screen
        </Button>
      </header>
      <ProblemNote error={error ?? triageError} />
      {channels?.length === 0 && (
        <EmptyState Icon={IconLayoutGrid} title="No channels yet" action={<LinkButton to="/">Create a channel</LinkButton>}>
          Every channel has a tile here, as soon as you create one.
        </EmptyState>
      )}
      {/** biome-ignore lint/a11y/noStaticElementInteractions: nothing is pressed here; a pointer on the wall only keeps tiles in their places */}
      <div
        onPointerEnter={() => hold('pointer', true)}
        onPointerLeave={() => hold('pointer', false)}
        onFocus={() => hold('focus', true)}
        onBlur={() => hold('focus', false)}
      >
        {worst.length > 0 && (
          <ul className={styles.worst} aria-label="Needs attention">
            {worst.map((tile) => (
              <WorstTile key={tile.channel.id} tile={tile} />
            ))}
          </ul>
        )}
        <ul className={styles.calm} aria-label="All clear and off air">
          {calm.map((tile) => (
            <CalmTile key={tile.channel.id} tile={tile} />
          ))}
        </ul>
      </div>
    </div>
  )
}

/** Tiles change places only while nobody points at them or has the focus among them. */
function useHeldOrder(fresh: Tile[]): { tiles: Tile[]; hold(by: 'pointer' | 'focus', isHeld: boolean): void } {
  const [heldBy, setHeldBy] = useState<{ pointer: boolean; focus: boolean }>({ pointer: false, focus: false })
  const [held, setHeld] = useState<{ ids: string[]; tones: ReadonlyMap<string, WallTone> } | null>(null)
  const isHeld = heldBy.pointer || heldBy.focus
  return {
    // A tile stays in its group too: a larger tile would push the others away.
    tiles:
      !isHeld || held === null
        ? fresh
        : holdOrder(fresh, held.ids).map((tile) => ({ ...tile, tone: held.tones.get(tile.channel.id) ?? tile.tone })),
    hold(by, isOn) {
      const next = { ...heldBy, [by]: isOn }
      if ((next.pointer || next.focus) && !isHeld)
        setHeld({ ids: fresh.map(({ channel }) => channel.id), tones: new Map(fresh.map(({ channel, tone }) => [channel.id, tone])) })
      setHeldBy(next)
    },
  }
}

const sums: readonly (Look & { readonly of: WallTone; say(count: number): string })[] = [
  { of: 'bad', tone: 'bad', word: '', Icon: IconCircleX, say: (count) => `${count} ${count === 1 ? 'needs' : 'need'} you` },
  { of: 'warn', tone: 'warn', word: '', Icon: IconRefreshAlert, say: (count) => `${count} to watch` },
  { of: 'clear', tone: 'quiet', word: '', Icon: IconCheck, say: (count) => `${count} all clear` },
  { of: 'off', tone: 'quiet', word: '', Icon: IconPlayerPauseFilled, say: (count) => `${count} off air` },
]

function Sum({ tiles }: { tiles: readonly Tile[] }) {
  return (
    <span className={styles.sum} role="status">
      {sums.map(({ of, tone, Icon, say }) => {
        const count = tiles.filter((tile) => tile.tone === of).length
        return count === 0 ? null : (
          <span key={of}>
            <StateBadge tone={tone} word={say(count)} Icon={Icon} />
          </span>
        )
      })}
    </span>
  )
}

function Clock() {
  const nowMs = useNow()
  return <span className={styles.time}>{formatTimeOfDay(new Date(nowMs).toISOString())}</span>
}
