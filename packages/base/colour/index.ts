export { carriesText, contrastOf, onColour } from './contrast.ts'
