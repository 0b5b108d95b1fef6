export { Catalogue, loadCatalogue, type PlatformRules } from './catalogue.ts'
export { checkTarget, holdsLocalPort, keyHint, type Target, type TargetInput, type TargetRefusal } from './check-target.ts'
export { isSrtListener } from './srt-query.ts'
export { parseTargetUrl } from './target-url.ts'
