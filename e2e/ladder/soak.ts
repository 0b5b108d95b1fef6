/** `npm run soak:ladder`: the encoder of a show with ten outputs is killed fifty times (SLUICE_LADDER_KILLS). */
process.env['SLUICE_LADDER_KILLS'] ??= '50'
await import('../ladder.test.ts')
