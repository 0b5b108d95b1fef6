export { openHlsSource } from './client.ts'
export type * from './client-types.ts'
export { hlsErrors } from './errors.ts'
