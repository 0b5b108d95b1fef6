import { z } from 'zod'
import { OutputClass } from '../policy/index.ts'

/** One platform of the destination catalogue, as the console and `GET /catalogue` show it. */
export const CatalogueEntry = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  category: z.enum(['owned', 'social', 'partner', 'generic']),
  suggestedClass: OutputClass,
  /** Server addresses to choose from; empty when the operator must paste one. */
  servers: z.array(z.object({ role: z.string(), protocol: z.string(), url: z.string() })),
  maxVideoKbps: z.number().nullable(),
  recommendedKbps: z.number().nullable(),
  maxFps: z.number().nullable(),
  keyframeSeconds: z.number().nullable(),
  videoCodecs: z.array(z.string()),
  audioCodecs: z.array(z.string()),
  keyPatternHint: z.string().nullable(),
  notes: z.string(),
  /** The platform takes several video tracks in one stream and says which: outputs to it may set `enhanced`. */
  enhancedBroadcasting: z.boolean(),
  /** Whether this version can push there: its protocol is one that outputs speak. */
  canPush: z.boolean(),
})
export type CatalogueEntry = z.infer<typeof CatalogueEntry>
