import { readFileSync } from 'node:fs'
import { readAddress } from '@sluice/base/address'
import { SluiceError } from '@sluice/base/errors'
import { isPushProtocol, pushProtocols } from '@sluice/base/words'
import { CatalogueEntry } from '@sluice/contract/api'
import { OutputClass } from '@sluice/contract/policy'
import { z } from 'zod'

/** One preset as the file has it. Figures are the platform's own rules; `sources` says where they come from. */
const Preset = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  status: z.enum(['active', 'reported-closed']),
  category: CatalogueEntry.shape.category,
  access: z.enum(['open', 'approval', 'limited', 'paid']),
  suggestedClass: OutputClass,
  serverSource: z.enum(['fixed', 'operator', 'regional', 'internal', 'api']),
  ingest: z.array(z.object({ role: z.string(), protocol: z.enum([...pushProtocols, 'whip', 'hls-push']), url: z.string() })),
  urlTemplate: z.string().nullable(),
  maxVideoKbps: z.number().int().positive().nullable(),
  recommendedKbps: z.number().int().positive().nullable(),
  bitrateMatrix: z.array(
    z.object({
      width: z.number().int(),
      height: z.number().int(),
      fps: z.number().nullable(),
      minKbps: z.number().nullable(),
      maxKbps: z.number().nullable(),
    }),
  ),
  maxFps: z.number().nullable(),
  keyframeSeconds: z.number().nullable(),
  videoCodecs: z.array(z.string()).min(1),
  audioCodecs: z.array(z.string()).min(1),
  keyPatternHint: z.string().nullable(),
  sources: z.array(z.string()).min(1),
  notes: z.string(),
  protocolHint: z.string().nullable(),
  maxWidth: z.number().int().positive().nullable(),
  maxHeight: z.number().int().positive().nullable(),
  maxKeyframeSeconds: z.number().positive().nullable(),
  minVideoKbps: z.number().int().positive().nullable(),
  maxAudioKbps: z.number().int().positive().nullable(),
  audioSampleRates: z.array(z.number().int()).nullable(),
  keyLifetime: z.object({ kind: z.string(), ttlHours: z.number().positive().nullable() }),
  /** How far a trial may go: `connect` wherever a publish may begin a broadcast. Why, in docs/outputs.md. */
  publishCheck: z.enum(['connect', 'publish']),
  /** Below this rate the platform advises 720 lines. Absent: it says nothing of that. */
  fullSizeFromKbps: z.number().int().positive().nullable().default(null),
  /** It has a configuration service for Enhanced Broadcasting, and which one is asked is a setting. */
  enhancedBroadcasting: z.boolean().default(false),
})
type Preset = z.infer<typeof Preset>
/** A platform's own rules, as far as preflight and plans of encodings go by them. */
export type PlatformRules = Pick<
  Preset,
  | 'id'
  | 'name'
  | 'status'
  | 'maxVideoKbps'
  | 'recommendedKbps'
  | 'bitrateMatrix'
  | 'fullSizeFromKbps'
  | 'enhancedBroadcasting'
  | 'minVideoKbps'
  | 'maxFps'
  | 'maxWidth'
  | 'maxHeight'
  | 'keyframeSeconds'
  | 'maxKeyframeSeconds'
  | 'maxAudioKbps'
  | 'audioSampleRates'
  | 'videoCodecs'
  | 'audioCodecs'
  | 'keyLifetime'
  | 'keyPatternHint'
  | 'publishCheck'
  | 'ingest'
>

/** The platforms that Sluice knows, in the file's order. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[]
  readonly #byId: ReadonlyMap<string, CatalogueEntry>
  readonly #rules: readonly PlatformRules[]

  constructor(entries: readonly CatalogueEntry[], rules: readonly PlatformRules[]) {
    this.entries = entries
    this.#rules = rules
    this.#byId = new Map(entries.map((entry) => [entry.id, entry]))
  }

  get(id: string): CatalogueEntry | undefined {
    return this.#byId.get(id)
  }

  /**
   * The rules for pushing to `url`: those of the platform that owns its host, whatever the destination is called, else those of
   * `platform`. So an address of a known platform that was typed in by hand is treated with the same care.
   */
  rulesFor(platform: string, url: string): PlatformRules | undefined {
    const named = this.#rules.find((rules) => rules.id === platform)
    const host = readAddress(url)?.host ?? null
    const isHere = (rules: PlatformRules): boolean => rules.ingest.some((server) => hostOf(server.url) === host)
    if (host === null || (named !== undefined && isHere(named))) return named
    return this.#rules.find(isHere) ?? named
  }

  /** Whether `url` leads to a platform of the catalogue, under any host of the same domain. */
  isPlatformHost(url: string): boolean {
    const domain = domainOf(url)
    return domain !== null && this.#rules.some((rules) => rules.ingest.some((server) => domainOf(server.url) === domain))
  }
}

/** Reads and checks the file beside this one. Throws SluiceError that names the preset and field that are wrong. */
export function loadCatalogue(json = readFileSync(new URL('./catalogue.json', import.meta.url), 'utf8')): Catalogue {
  const parsed = z.array(Preset).safeParse(JSON.parse(json))
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new SluiceError('CATALOGUE_INVALID', 'sluice', `the destination catalogue is wrong at ${path.join('.')}: ${message}`)
  }
  return new Catalogue(parsed.data.map(toEntry), parsed.data)
}

/** Of the catalogue's own addresses; null for one that is a form to fill in. */
const hostOf = (url: string): string | null => /^[a-z]+:\/\/([^/:?{<[]+)(?=[:/?]|$)/i.exec(url)?.[1]?.toLowerCase() ?? null

/** The last two labels of the host, three under a country's second level (`com.cn`); null for addresses and bare names. */
function domainOf(url: string): string | null {
  const host = /^[a-z]+:\/\/(?:[^/:?]*[}>]\.)?([^/:?{}<>[\]]+)(?=[:/?]|$)/i.exec(url)?.[1]?.toLowerCase() ?? ''
  const labels = host.split('.')
  if (labels.length < 2 || /^[0-9]+$/.test(labels.at(-1) ?? '')) return null
  const isSecondLevel = labels.at(-1)!.length === 2 && /^(co|com|net|org|ac)$/.test(labels.at(-2) ?? '')
  return labels.slice(isSecondLevel ? -3 : -2).join('.')
}

const toEntry = (preset: Preset): CatalogueEntry => ({
  id: preset.id,
  name: preset.name,
  status: preset.status,
  category: preset.category,
  suggestedClass: preset.suggestedClass,
  servers: preset.ingest,
  maxVideoKbps: preset.maxVideoKbps,
  recommendedKbps: preset.recommendedKbps,
  maxFps: preset.maxFps,
  keyframeSeconds: preset.keyframeSeconds,
  videoCodecs: preset.videoCodecs,
  audioCodecs: preset.audioCodecs,
  keyPatternHint: preset.keyPatternHint,
  notes: preset.notes,
  enhancedBroadcasting: preset.enhancedBroadcasting,
  canPush: canPush(preset),
})

/** Owned playback is not pushed, and a platform is pushable when one of its addresses, or the form it asks for, is. */
function canPush({ category, ingest, protocolHint, serverSource }: Preset): boolean {
  if (category === 'owned') return false
  if (ingest.length > 0) return ingest.some((server) => isPushProtocol(server.protocol))
  return protocolHint === null ? serverSource !== 'internal' : isPushProtocol(protocolHint)
}
