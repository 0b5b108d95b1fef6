export { InputMeter, type MeterReading } from './input-meter.ts'
export { MediaInput } from './media-input.ts'
