export {
  type AudioConfiguration,
  type ConfigurationAnswer,
  type EncoderConfiguration,
  type Ingest,
  readConfigurationAnswer,
  writeConfigurationAnswer,
  writeConfigurationRefusal,
} from './answer.ts'
export {
  type ConfigurationRequest,
  type Fps,
  maxConfigurationBytes,
  maxVideoTracks,
  readConfigurationRequest,
  writeConfigurationRequest,
} from './request.ts'
