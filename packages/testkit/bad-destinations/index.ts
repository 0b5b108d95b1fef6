export { type RemoteDestination, startBadDestinations } from './start-bad-destinations.ts'
