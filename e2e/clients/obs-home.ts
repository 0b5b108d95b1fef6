import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const name = 'Sluice'
/** What this profile asks of OBS: the facts that the far end must see. */
export const picture = { width: 1280, height: 720, fps: 30, bitrateKbps: 2500, gopMs: 2000 } as const
export const sound = { sampleRate: 48_000, channels: 2 } as const

/**
 * Writes the home of an OBS that was never started: one scene with FFmpeg's test pattern and a tone, x264 as most people run it, and the
 * address to stream to. Files, since the key must not be in the list of processes. OBS 31 reads `user.ini` where older ones read `global.ini`.
 */
export async function writeObsHome(home: string, address: { server: string; key: string }, remotePort: number): Promise<void> {
  const config = join(home, '.config', 'obs-studio')
  const profile = join(config, 'basic', 'profiles', name)
  const scenes = join(config, 'basic', 'scenes')
  const remote = join(config, 'plugin_config', 'obs-websocket')
  for (const folder of [profile, scenes, remote, join(home, 'run')]) await mkdir(folder, { recursive: true, mode: 0o700 })
  const general = ini({
    General: { FirstRun: true, LastVersion: 0x7f000000, EnableAutoUpdates: false },
    Basic: { Profile: name, ProfileDir: name, SceneCollection: name, SceneCollectionFile: name, ConfigOnNewProfile: false },
    BasicWindow: { WarnBeforeStartingStream: false, WarnBeforeStoppingStream: false },
    OBSWebSocket: { FirstLoad: false, ServerEnabled: true, ServerPort: remotePort, AuthRequired: false, AlertsEnabled: false },
  })
  const files: [string, string][] = [
    [join(config, 'global.ini'), general],
    [join(config, 'user.ini'), general],
    [join(profile, 'basic.ini'), ini(profileSettings)],
    [join(profile, 'service.json'), JSON.stringify({ type: 'rtmp_custom', settings: { ...address, use_auth: false, bwtest: false } })],
    [join(profile, 'streamEncoder.json'), JSON.stringify(encoderSettings)],
    [join(scenes, `${name}.json`), JSON.stringify(sceneCollection)],
    [
      join(remote, 'config.json'),
      JSON.stringify({ first_load: false, server_enabled: true, server_port: remotePort, auth_required: false }),
    ],
  ]
  for (const [file, text] of files) await writeFile(file, text, { mode: 0o600 })
}

const profileSettings = {
  General: { Name: name },
  Output: { Mode: 'Advanced', Reconnect: false },
  AdvOut: { Encoder: 'obs_x264', TrackIndex: 1, ApplyServiceSettings: true, Track1Bitrate: 128 },
  Video: {
    ...{ BaseCX: picture.width, BaseCY: picture.height, OutputCX: picture.width, OutputCY: picture.height },
    ...{ FPSType: 0, FPSCommon: picture.fps },
  },
  Audio: { SampleRate: sound.sampleRate, ChannelSetup: 'Stereo' },
}

/** As `docs/encoders.md` says. `veryfast` is OBS's own default, and has B-frames. */
const encoderSettings = {
  ...{ rate_control: 'CBR', bitrate: picture.bitrateKbps, keyint_sec: picture.gopMs / 1000, preset: 'veryfast' },
  x264opts: 'scenecut=0',
}

const pattern = `testsrc2=size=${picture.width}x${picture.height}:rate=${picture.fps}[out0]`
const tone = `sine=frequency=440:sample_rate=${sound.sampleRate}[out1]`

const sceneCollection = {
  name,
  current_scene: 'Scene',
  current_program_scene: 'Scene',
  scene_order: [{ name: 'Scene' }],
  sources: [
    { id: 'scene', name: 'Scene', settings: { items: [{ id: 1, name: 'Pattern', visible: true }], id_counter: 1, custom_size: false } },
    {
      id: 'ffmpeg_source',
      name: 'Pattern',
      settings: { is_local_file: false, input: `${pattern};${tone}`, input_format: 'lavfi', hw_decode: false },
    },
  ],
}

function ini(sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>): string {
  const lines = Object.entries(sections).flatMap(([section, values]) => [
    `[${section}]`,
    ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
    '',
  ])
  return lines.join('\n')
}
