import { SluiceError } from '@sluice/base/errors'

/** The file is not what it has to be, or can't be written: the reason of a failed clip, in one sentence. */
export class Refusal extends SluiceError {
  constructor(code: `CLIP_${string}`, message: string) {
    super(code, 'operator', message)
  }
}
