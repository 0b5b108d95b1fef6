/** What OBS 32 on Linux with an NVIDIA card posts, field for field as its own public structures have it; made up values. */
export const obsRequest = (streamKey: string, preferences: object = {}, client: object = {}) => ({
  service: 'IVS',
  schema_version: '2025-01-25',
  authentication: streamKey,
  client: {
    name: 'obs-studio',
    version: '32.0.4',
    supported_codecs: ['av1', 'h264', 'h265'],
    supported_encoders: ['obs_x264', 'obs_nvenc_h264_tex', 'obs_nvenc_hevc_tex', 'obs_nvenc_av1_tex', 'ffmpeg_vaapi_tex'],
    ...client,
  },
  capabilities: {
    cpu: { physical_cores: 8, logical_cores: 16, speed: 3600, name: 'Example CPU' },
    memory: { total: 34_359_738_368, free: 17_179_869_184 },
    gaming_features: null,
    system: { name: 'Linux', version: '6.12', build: 0, release: 'Example 13', revision: '0', bits: 64, arm: false, armEmulation: false },
    gpu: [
      {
        model: 'Example GPU',
        vendor_id: 4318,
        device_id: 9_476,
        dedicated_video_memory: 8_589_934_592,
        shared_system_memory: 17_179_869_184,
        driver_version: null,
      },
    ],
  },
  preferences: {
    maximum_aggregate_bitrate: null,
    maximum_video_tracks: null,
    vod_track_audio: false,
    composition_gpu_index: 0,
    audio_samples_per_sec: 48_000,
    audio_channels: 2,
    audio_fixed_buffering: false,
    audio_max_buffering_ms: 960,
    canvases: [{ width: 1920, height: 1080, canvas_width: 1920, canvas_height: 1080, framerate: { numerator: 60, denominator: 1 } }],
    ...preferences,
  },
})

/** The same of OBS 30.2: one canvas, flat, and no list of encoders. */
export function oldObsRequest(streamKey: string) {
  const { client, capabilities, preferences, ...rest } = obsRequest(streamKey)
  const { supported_encoders: _, ...oldClient } = client
  const { canvases: __, ...flat } = preferences
  return {
    ...rest,
    schema_version: '2024-06-04',
    client: { ...oldClient, version: '30.2.3', supported_codecs: ['h264', 'av1'] },
    capabilities: { ...capabilities, system: { ...capabilities.system, revision: 0 } },
    preferences: {
      ...flat,
      width: 1280,
      height: 720,
      canvas_width: 1280,
      canvas_height: 720,
      framerate: { numerator: 30, denominator: 1 },
    },
  }
}
