import type { Channel } from '@sluice/contract/api'
import styles from './InputsTab.module.css'
import { FailoverStrip } from './parts/FailoverStrip.tsx'
import { InputDetails } from './parts/InputDetails.tsx'

/** All that is known of every input, side by side, and what the last switches were like. */
export function InputsTab({ channel }: { channel: Channel }) {
  return (
    <div>
      <div className={styles.cards}>
        {channel.inputs.map((input) => (
          <InputDetails key={input.id} channel={channel} input={input} />
        ))}
      </div>
      <FailoverStrip channel={channel} />
    </div>
  )
}
