export { Audience, type AudienceRoom, openAudienceRoom } from './audience.ts'
