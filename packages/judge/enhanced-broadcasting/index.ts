export { type GrantedLadder, grantLadder } from './encoder-ladder.ts'
