import { type RefObject, useEffect, useState } from 'react'

/** Whether something is in the window, or nearly. Of fifty tiles those below the fold ask for no pictures. */
export function useInSight(of: RefObject<Element | null>): boolean {
  const [isInSight, setInSight] = useState(false)
  useEffect(() => {
    if (of.current === null) return
    const observer = new IntersectionObserver((entries) => setInSight(entries.at(-1)?.isIntersecting ?? false), { rootMargin: '200px' })
    observer.observe(of.current)
    return () => observer.disconnect()
  }, [of])
  return isInSight
}
