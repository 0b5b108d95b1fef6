import { IconBroadcast, IconPlayerPauseFilled } from '@tabler/icons-react'
import { useStats } from '../../../live/index.ts'
import { GateBar } from '../../../ui/gates/index.ts'
import type { Tile } from '../wall-tiles.ts'
import { Shot } from './Shot.tsx'
import styles from './Tile.module.css'
import { TileName } from './TileName.tsx'

/** A channel that is as it should be, or off the air, in one line. */
export function CalmTile({ tile: { channel, triage } }: { tile: Tile }) {
  const viewers = useStats(channel.id)?.playback?.viewers
  const isLive = channel.state === 'live'
  const backup = triage?.proof.find(({ kind }) => kind === 'backup')?.text
  const watching = viewers === undefined ? null : `${viewers} watching`
  const line = isLive ? [backup, watching].filter((one) => one != null).join(', ') : (triage?.calm.title ?? '')
  const ChipIcon = isLive ? IconBroadcast : IconPlayerPauseFilled
  return (
    <li className={styles.calm} data-off={!isLive}>
      <Shot channel={channel} triage={triage}>
        <span className={styles.chip} data-tone={isLive ? 'ok' : 'quiet'}>
          <ChipIcon size={15} aria-hidden />
          {isLive ? 'Live' : 'Off air'}
        </span>
      </Shot>
      <div className={styles.words}>
        <TileName channel={channel} />
        <span className={styles.gates}>
          <GateBar gates={triage?.gates ?? []} />
        </span>
        <p>{line}</p>
      </div>
    </li>
  )
}
