export { carriesText, contrastOf, onColour, textContrast } from './contrast.ts'
