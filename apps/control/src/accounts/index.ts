export { Accounts, type Credentials, type SignedIn } from './accounts.ts'
export { ensureWorkspace } from './first-account.ts'
export { OperatorToken } from './operator-login.ts'
export type { Principal } from './principal.ts'
