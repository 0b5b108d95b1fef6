export { ControlLink, type ViewersHello } from './control-link.ts'
