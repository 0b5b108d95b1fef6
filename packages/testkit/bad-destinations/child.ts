import { openBadDestinations } from './bad-destinations.ts'
import type { BadDestinationsAsk, RemoteDestination } from './start-bad-destinations.ts'

// Started by startBadDestinations. It ends with its parent, and what it opened ends with it.
const places = await openBadDestinations({ after() {} })
process.on('message', async (what: BadDestinationsAsk) => {
  if (what === 'attempts') process.send?.(Object.fromEntries(places.map(({ name, attempts }) => [name, attempts()])))
  else {
    await Promise.all(places.map(({ mend }) => mend?.()))
    process.send?.(null)
  }
})
process.on('disconnect', () => process.exit(0))
const told: RemoteDestination[] = places.map(({ name, url, states, kinds, mend }) => ({ name, url, states, kinds, canMend: mend !== null }))
process.send?.(told)
