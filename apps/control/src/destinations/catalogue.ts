import { readFileSync } from 'node:fs'
import { SluiceError } from '@sluice/base/errors'
import { CatalogueEntry } from '@sluice/contract/api'
import { OutputClass } from '@sluice/contract/policy'
import { z } from 'zod'

/** Protocols that outputs speak. */
const pushProtocols: readonly string[] = ['rtmp', 'rtmps', 'srt']

/** One preset as the file has it. Figures are the platform's own rules; `sources` says where they come from. */
const Preset = z.object({
  id: z.string().regex(/^[a-z0-9-]+$/),
  name: z.string().min(1),
  status: z.enum(['active', 'reported-closed']),
  category: CatalogueEntry.shape.category,
  access: z.enum(['open', 'approval', 'limited', 'paid']),
  suggestedClass: OutputClass,
  serverSource: z.enum(['fixed', 'operator', 'regional', 'internal', 'api']),
  ingest: z.array(z.object({ role: z.string(), protocol: z.enum(['rtmp', 'rtmps', 'srt', 'whip', 'hls-push']), url: z.string() })),
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
})
type Preset = z.infer<typeof Preset>

/** The platforms that Sluice knows, in the file's order. */
export class Catalogue {
  readonly entries: readonly CatalogueEntry[]
  readonly #byId: ReadonlyMap<string, CatalogueEntry>

  constructor(entries: readonly CatalogueEntry[]) {
    this.entries = entries
    this.#byId = new Map(entries.map((entry) => [entry.id, entry]))
  }

  get(id: string): CatalogueEntry | undefined {
    return this.#byId.get(id)
  }
}

/** Reads and checks the file beside this one. Throws SluiceError that names the preset and field that are wrong. */
export function loadCatalogue(json = readFileSync(new URL('./catalogue.json', import.meta.url), 'utf8')): Catalogue {
  const parsed = z.array(Preset).safeParse(JSON.parse(json))
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new SluiceError('CATALOGUE_INVALID', 'sluice', `the destination catalogue is wrong at ${path.join('.')}: ${message}`)
  }
  return new Catalogue(parsed.data.map(toEntry))
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
  canPush: canPush(preset),
})

/** Owned playback is not pushed, and a platform is pushable when one of its addresses, or the form it asks for, is. */
function canPush({ category, ingest, protocolHint, serverSource }: Preset): boolean {
  if (category === 'owned') return false
  if (ingest.length > 0) return ingest.some((server) => pushProtocols.includes(server.protocol))
  return protocolHint === null ? serverSource !== 'internal' : pushProtocols.includes(protocolHint)
}
