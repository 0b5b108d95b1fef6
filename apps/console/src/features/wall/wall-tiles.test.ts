import type { Channel, Triage } from '@sluice/contract/api'
import { makeChannel, makeProblem, makeTriage } from '@sluice/testkit/rows'
import { expect, test } from 'vitest'
import { holdOrder, orderTiles } from './wall-tiles.ts'

const channel = (name: string, state: Channel['state'] = 'live'): Channel => makeChannel({ id: name, name, state })
const triage = (channelId: string, ...tones: ('bad' | 'warn')[]): Triage =>
  makeTriage({ channelId, problems: tones.map((tone) => makeProblem({ tone })) })
const names = (tiles: ReturnType<typeof orderTiles>): string[] => tiles.map((tile) => `${tile.tone} ${tile.channel.name}`)

const channels = [channel('Derby'), channel('Choir', 'idle'), channel('Church'), channel('Hall'), channel('Arena')]
const looks = [triage('Derby', 'warn'), triage('Church'), triage('Hall', 'bad', 'warn'), triage('Choir')]

test('red, amber, all clear, off air; inside a group by name', () => {
  expect(names(orderTiles(channels, looks, 'worst'))).toEqual(['bad Hall', 'warn Derby', 'clear Arena', 'clear Church', 'off Choir'])
  expect(names(orderTiles(channels, looks, 'name'))).toEqual(['clear Arena', 'off Choir', 'clear Church', 'warn Derby', 'bad Hall'])
})

test('a held order keeps every tile in its place, whatever happens to it', () => {
  const held = ['Hall', 'Derby', 'Arena', 'Church', 'Choir']
  const later = orderTiles([...channels, channel('New')], [triage('Church', 'bad')], 'worst')
  expect(names(holdOrder(later, held))).toEqual(['clear Hall', 'clear Derby', 'clear Arena', 'bad Church', 'off Choir', 'clear New'])
})
