import type { Clock } from '@sluice/base/clock'
import type { Logger } from '@sluice/base/log'
import type { Sandbox } from '@sluice/base/sandbox'
import type { Database } from '../db/index.ts'
import type { ConfigStore } from '../desired/index.ts'
import { ClipFiles } from './clip-files.ts'
import { ClipWorks } from './clip-works.ts'
import { ConvertQueue } from './convert-queue.ts'
import { type Converter, childConverter } from './converter.ts'
import type { ClipNews, SlateLive } from './news.ts'
import { PictureWorks } from './picture-works.ts'
import { SlateKeeper } from './slate-keeper.ts'

type Parts = {
  db: Database
  dataDir: string
  configs: ConfigStore
  live: SlateLive
  events: ClipNews
  clock: Clock
  log: Logger
  /** Where uploads are decoded. */
  sandbox: Sandbox
  converter: Converter | undefined
  onPrepared(channelId: string): void
  onNews(channelId: string): void
}

export type Clips = { sandbox: Sandbox; files: ClipFiles; works: ClipWorks; slates: SlateKeeper; pictures: PictureWorks; close(): void }

/** Everything that has to do with clips and slates: their files, the one queue of conversions, and who uses it. */
export function openClips({ dataDir, sandbox, converter, ...parts }: Parts): Clips {
  const files = new ClipFiles(dataDir)
  const queue = new ConvertQueue(converter ?? childConverter(parts.clock, sandbox))
  const pictureQueue = new ConvertQueue(converter ?? childConverter(parts.clock, sandbox))
  return {
    sandbox,
    files,
    works: new ClipWorks({ ...parts, files, queue }),
    slates: new SlateKeeper({ ...parts, files, queue }),
    pictures: new PictureWorks(files, pictureQueue, () => parts.clock.wallMs()),
    close() {
      queue.close()
      pictureQueue.close()
    },
  }
}
