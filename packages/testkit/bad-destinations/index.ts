export { type BadDestination, openBadDestinations } from './bad-destinations.ts'
export { type BadDestinations, type RemoteDestination, startBadDestinations } from './start-bad-destinations.ts'
