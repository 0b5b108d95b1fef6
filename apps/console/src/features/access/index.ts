export { SetupPage } from './SetupPage.tsx'
export { SignInPage } from './SignInPage.tsx'
export { StartPage } from './StartPage.tsx'
