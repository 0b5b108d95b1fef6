export { type Mailer, openMailer } from './mailer.ts'
