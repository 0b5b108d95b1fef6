export { AccountPage } from './AccountPage.tsx'
export { NeedsTwoFactorPage } from './NeedsTwoFactorPage.tsx'
