import { fromHex } from '@sluice/base/bytes'
import type { AudioTrack, VideoTrack } from '@sluice/codecs/frame'
import { readTrack } from '@sluice/codecs/track'

/** avcC of x264 0.164: Baseline, 64x64 at 30 fps, and 128x64 at 25 fps. */
const avcRecords = {
  '64x64': '0142c00affe100166742c00ada109b0110000003001000000303c0f1226a01000468ce0fc8',
  '128x64': '0142c00affe100176742c00ada0826c044000003000400000300c83c489a8001000468ce0fc8',
} as const
/** AudioSpecificConfig: AAC-LC, 48 kHz, stereo, as ffmpeg writes it. */
const aacConfig = '119056e500'

/** An H.264 track out of a real encoder's configuration; a new object each time, as after a change in mid-stream. */
export const makeVideoTrack = (size: keyof typeof avcRecords = '64x64', id = 0): VideoTrack =>
  readTrack('video', id, 'h264', fromHex(avcRecords[size]))

/** An AAC track, 48 kHz stereo. */
export const makeAudioTrack = (id = 0): AudioTrack => readTrack('audio', id, 'aac', fromHex(aacConfig))

/** A track that classic RTMP can't carry; its configuration is empty, so that nothing may be decoded from it. */
export const makeHevcTrack = (id = 0): VideoTrack => ({
  kind: 'video',
  id,
  codec: 'h265',
  config: new Uint8Array(0),
  codecString: 'hvc1.1.6.L93.B0',
  width: 64,
  height: 64,
  fps: 30,
  profile: 'Main 3.1',
})
