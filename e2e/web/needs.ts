import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))

const built = ['console/dist/index.html', 'player/dist/watch.html'].map((path) =>
  fileURLToPath(new URL(`../../apps/${path}`, import.meta.url)),
)

/** Why the browser tests can't run here, or false. */
export function missingForWeb(): string | false {
  if (chromiumPath === undefined) return 'Chromium is not installed (apt install chromium)'
  if (spawnSync('ffmpeg', ['-version']).status !== 0) return 'ffmpeg is not installed (apt install ffmpeg)'
  if (!built.every((path) => existsSync(path))) return 'the pages are not built (npm run build -w apps/console -w apps/player)'
  return false
}
