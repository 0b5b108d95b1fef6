export { obsRequest, oldObsRequest } from './obs-request.ts'
export { type ConfigurationBehaviour, type ConfigurationService, openConfigurationService } from './open-configuration-service.ts'
export { reportTracks } from './report-tracks.ts'
