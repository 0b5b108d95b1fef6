/** Where engines find the viewers' process of their machine. */
export const storeLinkPath = (runDir: string): string => `${runDir}/viewers.store`
/** Where the viewers' process notes what an engine must know that starts while it is away. */
export const viewersPositionsPath = (runDir: string): string => `${runDir}/viewers.positions`
