import { fileURLToPath } from 'node:url'
import type { Clock } from '@sluice/base/clock'
import { openRecordChild, type RecordChild, type Sandbox } from '@sluice/base/sandbox'
import { type LinkMessage, readFrameLink } from '@sluice/containers/frame-link'
import { type FromLadder, ladderType, readFromLadder } from '@sluice/contract/ladder'

const ladderMain = fileURLToPath(new URL('../../../transcoder/src/ladder-main.ts', import.meta.url))
/** A second of 50 Mbit/s in one key frame, and room. */
const maxRecordBytes = 8 * 1024 * 1024
/** Decoder, filters and node-av itself; then each encoder with its pictures: 113 MB was measured for 1080p, HEVC and 4K take more. */
const maxRssBytes = { base: 640 * 1024 * 1024, perRung: 256 * 1024 * 1024 }

export type LadderHandler = {
  /** `bytes` of a frame and the configuration of a track are valid until this returns. What it throws ends the child. */
  onMessage(message: FromLadder | LinkMessage): void
  /** All of one read was given. */
  onTurn(): void
  /** Once, and last: the process is gone, or spoke what can't be read. Not after `kill`. */
  onEnd(reason: string): void
  /** How many rungs it encodes now. */
  rungCount(): number
}

export type LadderProcess = RecordChild
export type OpenLadderProcess = (handler: LadderHandler) => LadderProcess

/** Starts the child that encodes, behind the sandbox. It may use all cores, and gives way to the engine. `devices`: nodes of the encoders in hardware that passed their trial. */
export const openLadderProcess =
  (sandbox: Sandbox, script = ladderMain, devices: () => readonly string[] = () => []): OpenLadderProcess =>
  (handler) =>
    openRecordChild(
      sandbox,
      {
        name: 'the encoder of a channel',
        says: 'sluice ladder: ',
        script,
        devices: devices(),
        limits: {
          rssBytes: () => maxRssBytes.base + maxRssBytes.perRung * handler.rungCount(),
          dataBytes: 8 * 1024 * 1024 * 1024,
          cpuSeconds: null,
          cores: null,
          fileBytes: 0,
          niceness: 5,
        },
        maxRecordBytes,
      },
      {
        onRecord: (record) => handler.onMessage(record[0] === ladderType ? readFromLadder(record) : readFrameLink(record)),
        onTurn: () => handler.onTurn(),
        onEnd: (reason) => handler.onEnd(reason),
      },
    )

/** What answers in place of a child where there can be none. */
export const encodesNothing =
  (clock: Clock): OpenLadderProcess =>
  ({ onMessage }) => {
    const timer = clock.after(0, () => onMessage({ type: 'hello', problem: 'this engine has no encoder' }))
    return { pid: 0, queuedBytes: 0, send: () => false, kill: () => timer.cancel() }
  }
