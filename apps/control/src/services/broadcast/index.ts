export { endBroadcast } from './end.ts'
export { holdSlate } from './hold-slate.ts'
export { reopenBroadcast } from './reopen.ts'
export { resumeBroadcast } from './resume.ts'
