export { maxHistoryBytes } from './bus-history.ts'
export { BusView, type ViewWish } from './bus-view.ts'
export { Rung, sourceRung } from './rung.ts'
export { Rungs } from './rungs.ts'
