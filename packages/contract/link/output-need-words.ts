import type { OutputNeed } from '@sluice/base/words'

/** What an output waits for, behind "waiting for", and what to do about it in the encoder. The one place where these words stand. */
export const needWords: Readonly<Record<OutputNeed, { readonly what: string; readonly tryFirst: string }>> = {
  media: { what: 'media', tryFirst: 'Start the encoder, or see what its input says.' },
  'key-frame': { what: 'a key frame', tryFirst: "Set the encoder's keyframe interval to 2 s." },
  'video-config': {
    what: 'the decoder configuration of the video',
    tryFirst: 'Restart the stream in the encoder. If this comes back, update the encoder.',
  },
  'audio-config': {
    what: 'the decoder configuration of the audio',
    tryFirst: 'Restart the stream in the encoder. If this comes back, update the encoder.',
  },
  delay: { what: 'its delay to pass', tryFirst: 'Nothing: it starts by itself. Lower the delay to start sooner.' },
  encoder: { what: 'its rung to be encoded', tryFirst: 'See what the rung says, or move the output to the source.' },
}
