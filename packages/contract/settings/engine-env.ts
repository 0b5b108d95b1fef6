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
 * Node's flags for an engine. Its heap is small, and frames live beside it for a GOP: V8 counts them against a limit that goes by the heap, so
 * that a full collection ran every 2.4 s at 6 Mbit/s and took 40 % of the engine's CPU at 10 outputs. With more room it runs each 10 to 15 s,
 * for 25 MB more of resident memory. A young generation of 4 MB frees most frames before they get old.
 */
export const engineNodeFlags = ['--heap-growing-percent=200', '--min-semi-space-size=4', '--max-semi-space-size=32'] as const

/**
 * How glibc holds an engine's memory; other C libraries ignore it. By default it raises the size from which a block is given back on its
 * own to that of the largest block freed, up to 32 MB: segments and GOPs then leave holes in one heap. In an hour of the soak that heap grew to
 * 215 MB with 46 MB in use. Spec: mallopt(3)
 */
export const engineMallocEnv = {
  MALLOC_MMAP_THRESHOLD_: String(128 * 1024),
  MALLOC_TRIM_THRESHOLD_: String(4 * 1024 * 1024),
  MALLOC_ARENA_MAX: '2',
} as const
