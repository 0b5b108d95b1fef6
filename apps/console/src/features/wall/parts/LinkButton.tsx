import { Button, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'

type Props = ButtonProps & Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps>

/** A link that looks like a button: it leads somewhere, and can be opened in a tab of its own. */
export const LinkButton = createLink((props: Props) => <Button component="a" {...props} />)
