export { type CaptionFields, readCaptionFields } from './caption-fields.ts'
