/** When all that is made here began, unless told otherwise. */
export const rowTime = '2026-01-01T00:00:00.000Z'
