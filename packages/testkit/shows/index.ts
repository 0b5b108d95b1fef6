export { framesOf, type Show, shows, tracksIn } from './shows.ts'
