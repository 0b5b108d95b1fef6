import { openFrameApi } from './frame-api.ts'
import { showPlayer } from './show-player.ts'

const player = showPlayer(document.body, ({ name, page }) => {
  document.title = page.title ?? name
})
openFrameApi(player)
