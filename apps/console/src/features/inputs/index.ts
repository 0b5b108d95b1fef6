export { EncoderPanel } from './EncoderPanel.tsx'
export { InputsPanel } from './InputsPanel.tsx'
