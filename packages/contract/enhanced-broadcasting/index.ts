export {
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
  type RequestToSend,
  readConfigurationRequest,
  writeConfigurationRequest,
} from './request.ts'
