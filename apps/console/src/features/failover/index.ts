export { FailoverPanel } from './FailoverPanel.tsx'
