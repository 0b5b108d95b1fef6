export { Catalogue, loadCatalogue } from './catalogue.ts'
export { checkTarget, keyHint, type Target, type TargetInput, type TargetRefusal } from './check-target.ts'
