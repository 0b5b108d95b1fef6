import { type ErrorCode, SluiceError } from './sluice-error.ts'

/** The far end said no in its own words. `peerCode`: its status code as it came (`NetStream.Publish.BadName`, `1403`). */
export class RefusedError extends SluiceError {
  readonly peerCode: string

  constructor(code: ErrorCode, peerCode: string, message: string) {
    super(code, 'peer', message)
    this.peerCode = peerCode
  }
}
