export { InputMeter, type MeterReading } from './input-meter.ts'
export { type HealthPolicy, MediaInput, type UncleanCause } from './media-input.ts'
