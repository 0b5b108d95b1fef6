export { DashView } from './dash-view.ts'
