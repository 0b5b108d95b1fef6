export { ControlLink } from './control-link.ts'
