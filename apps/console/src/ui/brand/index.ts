export { AccessFrame } from './AccessFrame.tsx'
export { Mark } from './Mark.tsx'
