export { FigureHistories } from './figure-histories.ts'
