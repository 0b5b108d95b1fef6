import { noticesInForce, noticeWords } from '@sluice/contract/link'
import type { Input } from './input-look.ts'

/** What is left out and does no harm, a sentence each; what does harm is a verdict. */
export const inputNotes = (input: Input): string[] =>
  noticesInForce(input.actual?.notices).flatMap((notice) => {
    const { sentence, tryFirst } = noticeWords(notice)
    return tryFirst === null ? [sentence] : []
  })
