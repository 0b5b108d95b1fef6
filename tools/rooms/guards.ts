import type { SourceFile } from './source-tree.ts'

/** Where a throw out of a callback would end a process that carries media. */
const guardedPlaces = ['apps/engine/src/', 'apps/viewers/src/', 'packages/protocols/', 'packages/media/'] as const

/** Timers come from the clock that is passed in, which is guarded; events are heard through a `Guard`. */
const bareTimer = /(?<![.\w])set(?:Timeout|Interval|Immediate)\(|\bsystemClock\.after\(/
/** `socket.on('data', ...)`, and not `guard.on(socket, 'data', ...)`. A promise's own `reject` and an empty function can't throw. */
const bareListener = /\.(?:on|once|addListener|prependListener)\(\s*'[^']+',(?!\s*(?:reject\)|onError\)|\(\) => \{\}\)))/

/** Callbacks that can't throw, or run where nothing is on the air yet or any more; each with its reason. */
const exempt: Readonly<Record<string, string>> = {
  'apps/engine/src/main.ts': 'signals and the farewell: the process ends there on purpose',
  'apps/viewers/src/main.ts': 'signals and the farewell: the process ends there on purpose',
  'apps/viewers/src/http/http-server.ts': 'ends one response, by calls that do not throw on a closed one',
  'apps/engine/src/recorder/writer-main.ts': 'a thread that carries no media; what throws in it ends one recording, in writer-thread.ts',
  'apps/engine/src/listeners.ts': 'a guard of its own for each request',
  'packages/protocols/srt/dgram-socket.ts': 'binding, before there is a packet',
}

/** Listeners and timers on media's way that no guard stands under, `file:line: sentence`. */
export function findUnguarded(files: readonly SourceFile[]): string[] {
  return files.filter(isGuardedPlace).flatMap(({ place, text }) =>
    text.split('\n').flatMap((line, i) => {
      const code = line.replace(/^\s*(?:\/\/|\*).*|\s\/\/ .*$/, '')
      if (bareTimer.test(code)) return [`${place.file}:${i + 1}: a timer that is not of the clock: use clock.after, which is guarded`]
      if (bareListener.test(code))
        return [`${place.file}:${i + 1}: a listener without a guard: use guard.on(emitter, event, run) of @sluice/base/guard`]
      return []
    }),
  )
}

const isGuardedPlace = ({ place }: SourceFile): boolean =>
  !place.isTest &&
  !place.file.includes('/testing/') &&
  exempt[place.file] === undefined &&
  guardedPlaces.some((top) => place.file.startsWith(top))
