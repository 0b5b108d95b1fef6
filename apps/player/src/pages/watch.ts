import { showPlayer } from './show-player.ts'

const main = document.createElement('main')
const title = document.createElement('h1')
document.body.prepend(main)

showPlayer(main, (name) => {
  document.title = name
  title.textContent = name
})
main.append(title)
