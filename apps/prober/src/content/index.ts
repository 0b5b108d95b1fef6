export { ContentChild } from './content-child.ts'
export { ContentLine } from './content-line.ts'
