export { ClipsPage } from './ClipsPage.tsx'
