import { Modal, Switch } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useMemo, useState } from 'react'
import styles from './shortcuts.module.css'

type Keys = { bind(key: string, run: () => void): () => void }

const KeysContext = createContext<Keys | null>(null)

const list = [
  ['T', 'Do what stands first in the attention row'],
  ['U', 'Undo the rollback or the lock'],
  ['1 – 9', 'Go to an output'],
  ['B', 'Switch to the backup'],
  ['A', 'Source on auto'],
  ['[ ]', 'Tab before, tab after, below the outputs'],
  ['W', 'Wall of all channels'],
  ['E', 'End show (asks first)'],
  ['?', 'This list'],
] as const

/** Keys of one page. They never fire while somebody types or a dialog is open, and can be turned off. */
export function Shortcuts({ children }: { children: ReactNode }) {
  const [isOn, setOn] = useLocalStorage({ key: 'sluice.shortcuts', defaultValue: true, getInitialValueInEffect: false })
  const [isListOpen, setListOpen] = useState(false)
  const [bound] = useState(() => new Map<string, () => void>())
  const keys = useMemo<Keys>(
    () => ({
      bind(key, run) {
        bound.set(key, run)
        return () => {
          if (bound.get(key) === run) bound.delete(key)
        }
      },
    }),
    [bound],
  )
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return
    if (event.key === '?') return setListOpen(true)
    if (!isOn || document.querySelector('[role="dialog"]') !== null) return
    const run = bound.get(event.key.toLowerCase())
    if (run === undefined) return
    event.preventDefault()
    run()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
  return (
    <KeysContext value={keys}>
      {children}
      <Modal opened={isListOpen} onClose={() => setListOpen(false)} title="Keyboard" size={460}>
        <dl className={styles.keys}>
          {list.map(([key, what]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <Switch
          label="Single keys do this on channel pages"
          checked={isOn}
          onChange={({ currentTarget }) => setOn(currentTarget.checked)}
        />
      </Modal>
    </KeysContext>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** Runs on this key while mounted; null: the key does nothing. */
export function useShortcut(key: string, run: (() => void) | null): void {
  const keys = use(KeysContext)
  const onPress = useEffectEvent(() => run?.())
  const isBound = run !== null
  useEffect(() => (isBound ? keys?.bind(key, () => onPress()) : undefined), [keys, key, isBound])
}

/** The same for several keys that do one thing each in a row. */
export function useShortcuts(names: readonly string[], run: (key: string) => void): void {
  const keys = use(KeysContext)
  const onPress = useEffectEvent(run)
  useEffect(() => {
    const unbind = names.map((key) => keys?.bind(key, () => onPress(key)))
    return () => {
      for (const end of unbind) end?.()
    }
  }, [keys, names])
}
