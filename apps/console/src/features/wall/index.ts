export { WallPage } from './WallPage.tsx'
