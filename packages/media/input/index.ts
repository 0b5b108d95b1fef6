export { InputMeter, type MeterReading } from './input-meter.ts'
export { type HealthPolicy, type MeasuredFault, MediaInput, type UncleanCause } from './media-input.ts'
export type { PictureMeasure, PictureReading } from './picture-watch.ts'
export type { SoundMeasure, SoundReading } from './sound-watch.ts'
