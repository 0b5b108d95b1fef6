export { readSpliceSection, type SpliceSection, spliceTableId } from './splice-section.ts'
