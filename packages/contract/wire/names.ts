/** Raised when a message of the engine link changes meaning; both ends refuse a number they do not know. */
export const linkVersion = 2

/** The name of the viewers' process among engines: it says hello, reports and ends as they do. */
export const viewersProcessId = 'viewers'
