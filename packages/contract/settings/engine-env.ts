/**
 * What control hands to an engine process besides the settings above, as environment variables. The engine repeats
 * `settingsDigest` in its hello, so that control sees which settings a running engine was started with.
 */
export const engineEnv = {
  engineId: 'SLUICE_ENGINE_ID',
  /** Folder of the link sockets: the engine listens on `<runDir>/<engineId>.sock`. */
  runDir: 'SLUICE_RUN_DIR',
  settingsDigest: 'SLUICE_SETTINGS_DIGEST',
} as const

/**
 * Node's flags for an engine. Frames live for one GOP, as buffers outside of the heap that small objects in it hold: with a small young
 * generation most of them are moved to the old one first, and only a full collection frees them.
 */
export const engineNodeFlags = ['--max-semi-space-size=32', '--min-semi-space-size=16'] as const
