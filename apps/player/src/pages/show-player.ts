import { type PageFacts, type PlayerMetrics, SluicePlayer } from '../element/index.ts'

declare global {
  interface Window {
    /** What the viewer of this page has seen so far. */
    sluicePlayer?: PlayerMetrics | null
  }
}

/** Puts the player of the channel that the address names by its play id (`/watch/{playId}`, `/embed/{playId}`) into `parent`. */
export function showPlayer(parent: Element, onPage: (facts: PageFacts) => void): SluicePlayer {
  const playId = decodeURIComponent(location.pathname.split('/').filter((part) => part !== '')[1] ?? '')
  const player = new SluicePlayer()
  player.addEventListener('sluice-page', (event) => event instanceof CustomEvent && onPage(event.detail as PageFacts))
  player.setAttribute('server', location.origin)
  player.setAttribute('play', playId)
  parent.append(player)
  Object.defineProperty(window, 'sluicePlayer', { get: () => player.metrics })
  document.addEventListener('keydown', (event) => {
    const isForNobody = event.target === document.body && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey
    if (isForNobody && player.press(event.key)) event.preventDefault()
  })
  return player
}
