import { systemClock } from '@sluice/base/clock'
import { serveFrames } from './watch/serve-frames.ts'
import { Watch } from './watch/watch.ts'

/** Looks at pictures and listens to sound for one engine. */
serveFrames((av, answer) => new Watch(av, systemClock, answer))
