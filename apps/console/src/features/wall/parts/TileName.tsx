import type { Channel } from '@sluice/contract/api'
import { Link } from '@tanstack/react-router'

/** The name of a tile's channel; the whole tile leads there. */
export const TileName = ({ channel: { id, name } }: { channel: Channel }) => (
  <h2>
    <Link to="/channels/$channelId" params={{ channelId: id }}>
      {name}
    </Link>
  </h2>
)
