import { loadAv } from './av/av.ts'
import { serveLadder } from './serve-ladder.ts'

serveLadder(loadAv)
