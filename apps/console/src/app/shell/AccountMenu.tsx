import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react'
import { useSessionQuery, useSignOut, useWorkspaceSwitch } from '../../live/index.ts'
import styles from './AccountMenu.module.css'

const schemes = [
  { value: 'auto', label: 'System', Icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'dark', label: 'Dark', Icon: IconMoon },
] as const

/** Who is signed in, where, and the few things that belong to no page. */
export function AccountMenu() {
  const session = useSessionQuery().data
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const signOut = useSignOut()
  const switchTo = useWorkspaceSwitch()
  if (!session) return null
  return (
    <Menu position="right-end" width={250}>
      <Menu.Target>
        <button type="button" className={styles.button}>
          <IconUserCircle size={24} stroke={1.7} aria-hidden />
          <span>Account</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.user?.name} · {session.user?.email}
        </Menu.Label>
        {session.workspaces.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>Workspace</Menu.Label>
            {session.workspaces.map((workspace) => (
              <Menu.Item
                key={workspace.id}
                rightSection={workspace.id === session.workspace.id && <IconCheck size={16} aria-label="current" />}
                onClick={() => workspace.id !== session.workspace.id && switchTo.mutate(workspace.id)}
              >
                {workspace.name}
              </Menu.Item>
            ))}
          </>
        )}
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(({ value, label, Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={17} aria-hidden />}
            rightSection={colorScheme === value && <IconCheck size={16} aria-label="selected" />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={17} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
