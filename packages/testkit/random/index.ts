export { mutationsOf } from './mutations.ts'
export { bytesFrom, randomFrom, type SeededRandom } from './seeded-random.ts'
