export { SrtHistory } from './srt-history.ts'
