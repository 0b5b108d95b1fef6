import { randomUUID } from 'node:crypto'
import { addressGroup } from '@sluice/base/address'
import type { Clock } from '@sluice/base/clock'
import { paths } from '@sluice/contract/api'
import {
  type ConfigurationRequest,
  type Ingest,
  maxConfigurationBytes,
  readConfigurationRequest,
  writeConfigurationAnswer,
  writeConfigurationRefusal,
} from '@sluice/contract/enhanced-broadcasting'
import { type GrantedLadder, grantLadder } from '@sluice/judge/enhanced-broadcasting'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { FailureLimit } from '../../accounts/index.ts'
import { ingestUrls } from '../../present/index.ts'
import { hashKey } from '../../services/channel/index.ts'
import type { App } from '../app.ts'
import { describe } from '../describe.ts'
import { publicPlace } from '../public-place.ts'

/** Within 15 minutes and from one network: wrong keys, and requests of any kind. */
const limits = { wrong: 20, asked: 300 } as const
const liveKbps = 160

const refusals: Readonly<Record<Exclude<GrantedLadder['refusal'], null>, string>> = {
  'no-h264': 'Sluice takes H.264 here, and this encoder does not offer it. Turn Enhanced Broadcasting off, or update OBS.',
  'no-encoder':
    'None of this computer’s encoders can be used: Sluice asks for H.264 by NVENC, AMF, Quick Sync, VideoToolbox, VAAPI or x264.',
  'too-little': 'The maximum streaming bandwidth is set below 300 kbps. Raise it under Settings > Stream, or set it to Auto.',
}

/**
 * What OBS asks before it goes live with Enhanced Broadcasting. Refusals are answers of their own form with status 200: OBS shows their words,
 * where it would call an HTTP error a failed download.
 */
export function enhancedBroadcastingRoutes(server: FastifyInstance, app: App): void {
  const gate = new RequestGate(app.platform.clock)
  const schema = describe({
    ...{ tag: 'inputs', summary: 'Give OBS the encoders of Enhanced Broadcasting', operationId: 'getClientConfiguration' },
    ...{ answer: z.record(z.string(), z.unknown()), isPublic: true },
  })
  const options = { config: { isPublic: true }, bodyLimit: maxConfigurationBytes, schema }
  server.post(paths.clientConfiguration, options, async (request) => answer(app, gate, request))
}

function answer(app: App, gate: RequestGate, request: FastifyRequest): object {
  const waitSeconds = gate.ask(request.ip)
  if (waitSeconds > 0) return writeConfigurationRefusal(`Too many requests from this address. Try again in ${waitSeconds} s.`)
  const read = readConfigurationRequest(request.body)
  if (read.request === null) return writeConfigurationRefusal(problemWords(read.problem, read.at))
  const asked = read.request
  const about = { service: asked.service, version: asked.version }
  const found = app.configs.byKeyHash(hashKey(keyOf(asked)))
  if (found === undefined) {
    gate.noteWrong(request.ip)
    app.log.warn(
      { remoteAddress: request.ip, client: asked.client.version },
      'an encoder asked for a configuration with an unknown stream key',
    )
    return writeConfigurationRefusal('Sluice does not know this stream key. Copy it again from the channel page.', about)
  }
  if (!found.isEnabled)
    return writeConfigurationRefusal('This input is disabled in Sluice. Enable it on the channel page, then start again.', about)
  const wished = app.plans.planOf(found.config).rungs.flatMap(({ spec }) => (spec.video === null ? [] : [spec.video]))
  const { encoders, refusal } = grantLadder(asked, wished)
  if (encoders === null) return writeConfigurationRefusal(refusals[refusal], about)
  const audio = { codec: 'aac', channels: asked.audioChannels, kbps: liveKbps }
  return writeConfigurationAnswer({
    ...about,
    configId: randomUUID(),
    result: 'success',
    message: null,
    ingests: ingestsOf(app, request, asked),
    encoders,
    liveAudio: [{ ...audio, trackId: 0 }],
    vodAudio: asked.wantsVodAudio ? [{ ...audio, trackId: 1 }] : [],
  })
}

/** What stands behind the key as its query is the encoder's own. */
const keyOf = ({ streamKey }: ConfigurationRequest): string => streamKey.split('?', 1)[0] ?? ''

/** RTMP first, as OBS takes the first that fits; RTMPS where the user chose it, for which its certificate has to be one that OBS trusts. */
function ingestsOf(app: App, request: FastifyRequest, asked: ConfigurationRequest): Ingest[] {
  const { rtmp, rtmps } = ingestUrls(publicPlace(app, request), '').server
  const ingests: Ingest[] = [{ protocol: 'RTMP', url: `${rtmp}/{stream_key}`, streamKey: keyOf(asked) }]
  if (rtmps !== '') ingests.push({ protocol: 'RTMPS', url: `${rtmps}/{stream_key}`, streamKey: keyOf(asked) })
  return ingests
}

function problemWords(problem: 'not-json' | 'shape' | 'version', at: string): string {
  if (problem === 'version')
    return 'Sluice does not know this version of the configuration request. Update Sluice, or turn Enhanced Broadcasting off.'
  if (problem === 'not-json') return 'The configuration request is not a JSON object. Update OBS.'
  return `The configuration request lacks a usable ${at || 'body'}. Update OBS, or turn Enhanced Broadcasting off.`
}

/** Counts requests and wrong keys by network: keys can't be guessed, and nobody shall try. */
class RequestGate {
  readonly #counts: FailureLimit

  constructor(clock: Clock) {
    this.#counts = new FailureLimit(clock)
  }

  /** Seconds to wait; 0: the request is counted and may be answered. */
  ask(ip: string): number {
    const group = addressGroup(ip)
    const waitSeconds = Math.max(
      this.#counts.waitSeconds(`wrong ${group}`, limits.wrong),
      this.#counts.waitSeconds(`asked ${group}`, limits.asked),
    )
    if (waitSeconds === 0) this.#counts.fail(`asked ${group}`)
    return waitSeconds
  }

  noteWrong(ip: string): void {
    this.#counts.fail(`wrong ${addressGroup(ip)}`)
  }
}
