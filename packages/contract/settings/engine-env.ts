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
 * Node's flags for an engine, each measured: decision 0105. Frames are buffers beside a small heap, and V8 counts them against the heap's
 * limits. A young generation of 4 to 8 MB is collected every few seconds at any load and frees most frames before they get old; a heap of
 * 128 MB at the start and twice what is live from then on keep full collections rare. What runs once a frame is compiled within the
 * first two seconds of a show: by V8's own counts that takes a quarter of a minute, at twice the CPU.
 * Its last compiler has it after a minute, and takes a tenth to a fifth of the CPU off from then on: decision 0119.
 */
export const engineNodeFlags = [
  '--heap-growing-percent=200',
  '--initial-heap-size=128',
  '--min-semi-space-size=4',
  '--max-semi-space-size=8',
  '--invocation-count-for-maglev=50',
  '--minimum-invocations-after-ic-update=50',
  '--invocation-count-for-turbofan=2000',
] as const

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

/** Node's flags for the viewers' process. Its media is kept for seconds and its garbage is small: a heap that stays small, also beside many viewers. */
export const viewersNodeFlags = ['--max-semi-space-size=4', '--heap-growing-percent=100'] as const
