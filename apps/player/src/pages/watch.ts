import { onColour } from '@sluice/base/colour'
import { ownAddress, type PageFacts } from '../element/index.ts'
import { initialsOf } from './brand.ts'
import { showPlayer } from './show-player.ts'

const make = (name: string, parent: Element, className = ''): HTMLElement => {
  const element = document.createElement(name)
  if (className !== '') element.className = className
  parent.append(element)
  return element
}

// The frame stands before anything is known: nothing of it moves when the operator's words come.
const top = make('header', document.body, 'top')
const logo = make('span', top, 'logo')
const host = make('b', top)
const main = make('main', document.body)
const stage = make('section', main, 'player')
const about = make('section', main, 'about')
const title = make('h1', about)
const line = make('p', about, 'line')
const text = make('p', about, 'text')
const by = make('footer', document.body, 'by')
by.textContent = 'Streamed with Sluice'
// The server has put the name there already.
title.textContent = document.title

const lines: Readonly<Record<PageFacts['state'], string>> = {
  before: 'Not started yet',
  live: 'Live now',
  break: 'The show goes on in a moment',
  ended: 'The show has ended',
}

let said = ''

const player = showPlayer(stage, ({ name, state, page, player: own, isBreak }) => {
  const shown = page.title ?? name
  document.title = shown
  title.textContent = shown
  said = lines[isBreak ? 'break' : state]
  tellState()
  text.textContent = page.text ?? ''
  host.textContent = page.host ?? ''
  document.documentElement.style.setProperty('--brand', page.colour ?? '')
  document.documentElement.style.setProperty('--on-brand', page.colour === null ? '' : onColour(page.colour))
  const { background } = own ?? { background: null }
  setGround(background)
  logo.hidden = own?.logo === false
  by.hidden = own?.logo === false
  showLogo(page.logo === null ? null : ownAddress(page.logo.url, location.origin), page.host ?? shown)
})

/** The ground that the operator chose, with ink or white on it; the viewer's own scheme without one. */
function setGround(background: string | null): void {
  const { style } = document.documentElement
  const ink = background === null ? '' : onColour(background)
  style.colorScheme = background === null ? '' : ink === '#ffffff' ? 'dark' : 'light'
  const names = { '--ground': background, '--panel': background, '--ink': ink, '--ink-2': ink, '--ink-3': ink }
  for (const [name, value] of Object.entries(names)) style.setProperty(name, value ?? '')
  style.setProperty('--line', background === null ? '' : `color-mix(in srgb, ${ink} 22%, ${background})`)
}

/** With the delay, which the controls tell only while they are there. */
function tellState(): void {
  const { state, latencyMs = null } = player.metrics ?? {}
  const behind = said === lines.live && state === 'live' && latencyMs !== null ? `, ${(latencyMs / 1000).toFixed(1)} s behind` : ''
  if (line.textContent !== said + behind) line.textContent = said + behind
}
setInterval(tellState, 1000)

function showLogo(url: string | null, of: string): void {
  const shown = logo.querySelector('img')
  if (url === null) logo.textContent = initialsOf(of)
  else if (shown?.src !== url) {
    const image = document.createElement('img')
    image.alt = ''
    image.src = url
    logo.replaceChildren(image)
  }
}
