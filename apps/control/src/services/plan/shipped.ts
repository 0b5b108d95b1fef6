import type { RungTemplate } from '@sluice/contract/api'

const audio = { codec: 'aac', bitrateKbps: 128 } as const
const picture = (height: number, bitrateKbps: number) => ({ codec: 'h264', height, fps: 30, bitrateKbps, gopMs: 2000 }) as const
const shipped = (id: string, name: string, note: string, video: RungTemplate['video']): RungTemplate => ({
  ...{ id, name, note, isShipped: true, video, audio },
})
const ladder = (height: number, bitrateKbps: number): RungTemplate => {
  const { fps: _, ...video } = picture(height, bitrateKbps)
  return shipped(`ladder-${height}`, `Ladder ${height}p`, 'A step of the player’s ladder, at the frame rate of the source.', video)
}

/** Forms that Sluice ships. Figures: POL-10, OPS-02, and the middle of what field guides give for the smaller steps. */
export const shippedTemplates: readonly RungTemplate[] = [
  ladder(1080, 5000),
  ladder(720, 2800),
  ladder(480, 1400),
  ladder(360, 800),
  shipped('social-1080', 'Social 1080p30', 'For YouTube, Facebook and the like.', picture(1080, 5000)),
  shipped('social-720', 'Social 720p30', 'For Twitch below 6 Mbps, and for platforms that show no more.', picture(720, 3000)),
  shipped('conservative', 'Conservative 720p30', 'What works everywhere; a rollback sends it.', picture(720, 3000)),
  shipped('portrait', 'Portrait 9:16', 'A window out of the middle of the picture, for phones held upright.', {
    ...{ codec: 'h264', width: 720, height: 1280, fps: 30, bitrateKbps: 3000, gopMs: 2000, fit: 'fill', cropAt: 0.5 },
  }),
]
