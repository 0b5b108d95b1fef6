import { TextInput, type TextInputProps } from '@mantine/core'

/** The code of an authenticator app, as phones and password managers fill it in. */
export const CodeField = (props: TextInputProps) => <TextInput autoComplete="one-time-code" required {...props} />
