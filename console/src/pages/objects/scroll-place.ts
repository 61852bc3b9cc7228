// Browsers limit the height of an element: Chrome to 33.5 million pixels, Firefox to 17.9 million. A list that is higher is
// scrolled in an element of limited height. There the wheel and the keyboard move the list by the pixels they ask for, and a
// long way, which only the scrollbar goes, leads to the same share of the list as of the element.

const SPAN_PX_MAX = 8_000_000
/** More in one step than any wheel or key, less than the smallest step of a scrollbar. */
const STEP_PX_MAX = 8000

export interface Extent {
  /** The height of the whole list. */
  readonly listPx: number
  /** The height of the part that is visible. */
  readonly viewPx: number
}

export interface Place {
  /** The offset of the element that scrolls. */
  readonly scrollPx: number
  /** Where in the list the visible part begins. */
  readonly topPx: number
}

/** The height of what is scrolled. */
export const spanOf = (listPx: number): number => Math.min(listPx, SPAN_PX_MAX)

const clamp = (value: number, most: number): number =>
  Math.min(Math.max(value, 0), Math.max(most, 0))

/** Where the list is after the element has scrolled. */
export function afterScroll(before: Place, scrollPx: number, { listPx, viewPx }: Extent): Place {
  const spanPx = spanOf(listPx)
  if (spanPx === listPx) return { scrollPx, topPx: scrollPx }
  const movedPx = scrollPx - before.scrollPx
  const isStep = Math.abs(movedPx) <= STEP_PX_MAX
  const topPx = isStep ? before.topPx + movedPx : (scrollPx / (spanPx - viewPx)) * (listPx - viewPx)
  return { scrollPx, topPx: clamp(topPx, listPx - viewPx) }
}

/**
 * The same place in the list, with the offset at its share of the element. After many small steps in one direction it
 * would otherwise arrive at an end of the element before the list does. In both directions there is room for a step, or
 * for the rest of the list.
 */
export function settled({ topPx }: Place, { listPx, viewPx }: Extent): Place {
  const spanPx = spanOf(listPx)
  if (spanPx === listPx) return { scrollPx: topPx, topPx }
  const mostPx = spanPx - viewPx
  const restPx = listPx - viewPx - topPx
  const sharePx = Math.round((topPx / (listPx - viewPx)) * mostPx)
  const leastPx = Math.min(topPx, STEP_PX_MAX)
  return {
    scrollPx: Math.min(Math.max(sharePx, leastPx), mostPx - Math.min(restPx, STEP_PX_MAX)),
    topPx,
  }
}

/** The start or the end of the list. */
export function endOf(end: "start" | "end", { listPx, viewPx }: Extent): Place {
  const topPx = end === "start" ? 0 : clamp(listPx - viewPx, listPx)
  return settled({ scrollPx: 0, topPx }, { listPx, viewPx })
}
