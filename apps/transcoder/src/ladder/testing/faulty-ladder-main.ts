import { loadAv } from '../../av/av.ts'
import { serveLadder } from '../../serve-ladder.ts'
import { withFaultyHardware } from './faulty-hardware.ts'

/** The ladder with NVENC that fails as its argument says. */
serveLadder(async () => {
  const av = await loadAv()
  return typeof av === 'string' ? av : withFaultyHardware(av, JSON.parse(process.argv[2] ?? '{}'))
})
