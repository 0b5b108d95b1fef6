export { Name, Reason, visibleText } from './text.ts'
export { textProblem } from './visible-text.ts'
