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
