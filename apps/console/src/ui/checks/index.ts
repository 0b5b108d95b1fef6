export { CheckLine } from './CheckLine.tsx'
export { CheckList } from './CheckList.tsx'
