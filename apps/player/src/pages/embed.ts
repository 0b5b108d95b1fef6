import { showPlayer } from './show-player.ts'

showPlayer(document.body, ({ name, page }) => {
  document.title = page.title ?? name
})
