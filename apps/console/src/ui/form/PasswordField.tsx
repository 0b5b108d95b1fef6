import { PasswordInput, type PasswordInputProps } from '@mantine/core'

type Props = Omit<PasswordInputProps, 'autoComplete'> & {
  /** One that is chosen here: password managers offer another one, and its length is told. */
  isNew?: boolean
  /** It has the focus as its page or dialog opens. */
  isFirst?: boolean
}

/** A password, for people and their password managers. */
export const PasswordField = ({ isNew = false, isFirst = false, ...props }: Props) => (
  <PasswordInput
    label="Password"
    required
    autoComplete={isNew ? 'new-password' : 'current-password'}
    {...(isNew ? { minLength: 10, maxLength: 128, description: 'At least 10 characters' } : {})}
    // A dialog looks for the attribute, a page takes the property.
    {...(isFirst ? { autoFocus: true, 'data-autofocus': true } : {})}
    {...props}
  />
)
