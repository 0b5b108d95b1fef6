export { readSpliceSection, spliceTableId } from './splice-section.ts'
