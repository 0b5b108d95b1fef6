export { Name, Reason, visibleText } from './text.ts'
export { normalText, textProblem } from './visible-text.ts'
