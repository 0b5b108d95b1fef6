export { askPlatform } from './ask-platform.ts'
export { EnhancedGrants } from './enhanced-grants.ts'
export { GrantStore } from './grant-store.ts'
