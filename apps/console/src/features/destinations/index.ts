export { DestinationsPage } from './DestinationsPage.tsx'
