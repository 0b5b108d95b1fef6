import { serveFrames } from './watch/serve-frames.ts'
import { Thumbnails } from './watch/thumbnails.ts'

/** Draws small pictures of key frames for one engine. */
serveFrames((av, answer) => new Thumbnails(av, answer))
