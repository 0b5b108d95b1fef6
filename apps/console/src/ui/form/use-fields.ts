import { useState } from 'react'
import { fieldError } from './field-error.ts'

type Bound = { value: string; onChange(event: { currentTarget: { value: string } }): void; error: string | undefined; required: true }

/** The texts of a form, and what binds a field to one of them, with what the API says of it in `error`. */
export function useFields<Name extends string>(first: () => Record<Name, string>, error: Error | null) {
  const [form, setForm] = useState(first)
  const bind = (name: Name): Bound => ({
    value: form[name],
    onChange: ({ currentTarget: { value } }) => setForm((now) => ({ ...now, [name]: value })),
    error: fieldError(error, name),
    required: true,
  })
  return { form, bind }
}
