import { codecErrors } from '@sluice/codecs/errors'
import { containerErrors } from '@sluice/containers/errors'
import { hlsErrors } from '@sluice/protocols/hls'
import { rtmpErrors } from '@sluice/protocols/rtmp'

/** What an area of codes is about, and what the operator does next where a code has no advice of its own. */
export type ErrorArea = { readonly about: string; readonly next: string }

const encoderForm =
  'The far end sent invalid data. Only its session ends. Restart or update the encoder; if it happens again, report it with the message.'
const bitstream = (name: string): ErrorArea => ({ about: `${name} as an encoder sent it`, next: encoderForm })

/** By the first word of the code. */
export const errorAreas: Readonly<Record<string, ErrorArea>> = {
  AAC: bitstream('AAC audio'),
  AC3: bitstream('AC-3 and E-AC-3 audio'),
  ACCOUNT: { about: 'accounts at the machine (`npm run account`)', next: 'Do what the message says.' },
  ADDRESS: {
    about: 'addresses of destinations and sources',
    next: 'Correct the address as the message says: what programs may read in two ways is refused.',
  },
  AV1: bitstream('AV1 video'),
  AUDIO: {
    about: 'the audio track of an output or a rung',
    next: 'Check the audio tracks in the encoder: the first one is sent until the chosen one is there.',
  },
  CATALOGUE: {
    about: 'the catalogue of platforms',
    next: 'Restore `apps/control/src/destinations/catalogue.json` from the repository.',
  },
  CLIP: { about: 'clips and their conversion', next: 'Do what the message says, and upload the file again.' },
  DATA: { about: 'the data directory', next: 'Do what the message says; the setting is SLUICE_DATA_DIR.' },
  DB: {
    about: 'the database',
    next: 'See the message: the disk (`df -h`), the permissions of the data directory, or the PostgreSQL server.',
  },
  DELAY: { about: 'the delay of an output', next: 'Lower the delay or the bitrate: only so much of a rung is kept in memory.' },
  ENCODER: {
    about: 'the encoder of a channel’s rungs',
    next: 'Pass-through outputs are not affected. Move outputs to the source or remove rungs if the machine is too slow; the log says how an encoder ended.',
  },
  ENGINE: { about: 'starting an engine', next: 'Do what the message says, and start again.' },
  ENHANCED: {
    about: 'Enhanced Broadcasting: what the platform answers when it is asked',
    next: 'Read the platform’s own words in the message. Check the stream key and what the account may do; one size is sent meanwhile, unless the output is set to `only`.',
  },
  FLAC: bitstream('FLAC audio'),
  FLV: bitstream('media over RTMP (FLV)'),
  FMP4: { about: 'fragmented MP4, in and out', next: encoderForm },
  FRAMELINK: {
    about: 'frames on their way between Sluice’s own processes',
    next: 'Sluice restarts the process. If it happens again, report it with the log lines around it.',
  },
  H264: bitstream('H.264 video'),
  H265: bitstream('H.265 video'),
  HLS: {
    about: 'HLS that an input fetches',
    next: 'Open the address in a player. Sluice tries again automatically.',
  },
  HTTP: { about: 'Sluice’s own HTTP server', next: 'Do what the message says.' },
  INPUT: {
    about: 'somebody who publishes',
    next: 'Compare server and stream key in the encoder with those of the channel (`sluice key show CHANNEL`).',
  },
  LADDER: {
    about: 'what the engine and its encoder say to each other',
    next: 'Sluice restarts the encoder. If it happens again, report it with the log lines around it.',
  },
  LINK: { about: 'the link between control and an engine', next: 'Both must be the same version: restart Sluice after an upgrade.' },
  M3U8: {
    about: 'playlists',
    next: 'The playlist is broken. Open its address in a player; if it happens again, report it with the playlist.',
  },
  MP3: bitstream('MP3 audio'),
  NAL: bitstream('H.264 and H.265 video'),
  NETWORK: { about: 'the network', next: 'Check the network from this machine to the address in the message.' },
  OPUS: bitstream('Opus audio'),
  OUTPUT: { about: 'an output', next: 'Do what the output’s hint says; `sluice output rearm` tries again at once.' },
  PACKED: { about: 'sound without a container, in HLS that an input fetches', next: encoderForm },
  PULL: {
    about: 'an input that Sluice calls',
    next: 'Compare address, stream name and credentials with those of the source; Sluice tries again automatically.',
  },
  RECORD: {
    about: 'records between Sluice’s own processes',
    next: 'Sluice restarts the process. If it happens again, report it with the log lines around it.',
  },
  RECORDING: {
    about: 'recordings: what is written of a show, and what is read back',
    next: 'The show is not affected. Check the disk of the data directory (`df -h`), and delete recordings that nobody needs.',
  },
  RTMP: { about: 'RTMP and RTMPS, in and out', next: encoderForm },
  SETTING: {
    about: 'flags and environment variables',
    next: 'Correct the setting that the message names. All are in [settings](settings.md).',
  },
  SLATE: { about: 'the prepared slate of a channel', next: 'Choose another slate; the last picture is shown meanwhile.' },
  SLUICE: { about: 'a fault of Sluice itself', next: 'Report it with the log lines around it.' },
  STORELINK: {
    about: 'the link between engines and the process that serves viewers',
    next: 'Both reconnect by themselves. If it happens again, check that all of Sluice is of one version, and report it with the message.',
  },
  SRT: { about: 'SRT, in and out', next: 'Compare mode, stream id, passphrase and latency on both ends.' },
  TRACK: { about: 'one track of an input', next: encoderForm },
  TS: bitstream('media over SRT (MPEG-TS)'),
  VAULT: {
    about: 'the vault that keeps secrets',
    next: 'Give Sluice the key it had before: `secret.key` of the data directory from the backup, or SLUICE_SECRET_KEY.',
  },
  VP9: bitstream('VP9 video'),
  WATCH: {
    about: 'the child process that looks at pictures and sound',
    next: 'Sluice restarts it, and media is not affected. If it happens again, report it with the log lines around it.',
  },
}

/** What to do about one code, where it is more than its area says. Rooms with a table of their own say it beside their codes. */
export const codeAdvice: Readonly<Record<string, string>> = {
  ...codecErrors,
  ...containerErrors,
  ...hlsErrors,
  ...rtmpErrors,
  DB_NEWER: 'Start the newer version of Sluice again, or restore the backup that was made before the upgrade.',
  DB_VERSION: 'Use PostgreSQL 15 or newer.',
  OUTPUT_CODEC: 'Change the codec in the encoder to one that this destination accepts; H.264 and AAC work everywhere.',
  OUTPUT_DISABLED: 'Fix the cause, then re-arm the output.',
  OUTPUT_PRIVATE_TARGET: 'Use a public address, or start Sluice with `--allow-private-targets`.',
  OUTPUT_RUNG: 'Choose a rung that the channel has.',
  OUTPUT_SCHEME: 'Use an address that begins with rtmp://, rtmps:// or srt://.',
  OUTPUT_HANDOVER_LATE: 'Check the new address and key: the far end did not get ready. The old session stays live, and Sluice tries again.',
  OUTPUT_HANDOVER_NO_KEY: 'Set the encoder to a key frame every 2 s: the output switches at a key frame. The old session stays live.',
  OUTPUT_STALLED: 'The far end stopped reading: check its status page and your uplink. Sluice tries again automatically.',
  SRT_CONFLICT: 'Another publisher uses this stream id: stop it.',
  SRT_CONNECT_TIMEOUT: 'Check address and port, that the port is open for UDP, and that the far end listens.',
  SRT_DNS: 'Check the spelling of the server address, and the name server of this machine.',
  SRT_PASSPHRASE_LENGTH: 'Use 10 to 79 characters.',
  SRT_PASSPHRASE_ONE_SIDED: 'Set the same passphrase on both ends, or none on both.',
  SRT_PASSPHRASE_WRONG: 'Set the same passphrase on both ends.',
  SRT_UNREACHABLE: 'Check address and port, that the port is open for UDP, and that the far end listens.',
}
