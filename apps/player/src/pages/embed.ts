import { showPlayer } from './show-player.ts'

showPlayer(document.body, (name) => {
  document.title = name
})
