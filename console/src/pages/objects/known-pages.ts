// A long list is read in pages, each from the marker with which the one before ended. What is known of it is where its pages
// begin. So any line that was seen once can be read again with one request, and its page need not stay in memory.

interface KnownPage {
  /** The marker after which the page begins. */
  readonly after: string
  readonly firstLine: number
  /** Undefined until the page is read. */
  readonly lineCount: number | undefined
}

/** In order; never empty. All but the last one were read at some time. */
export type KnownPages = readonly KnownPage[]

export const NOTHING_KNOWN: KnownPages = [{ after: "", firstLine: 0, lineCount: undefined }]

interface ReadPage {
  readonly items: readonly unknown[]
  readonly next: string | null
}

/**
 * What is known after a page was read. If it now ends elsewhere than before, all pages behind it are forgotten, because
 * they begin elsewhere too.
 */
export function withPage(known: KnownPages, index: number, page: ReadPage): KnownPages {
  const at = known[index]
  if (at === undefined) return known
  const lineCount = page.items.length
  const following = known[index + 1]
  if (at.lineCount === lineCount && (following?.after ?? null) === page.next) return known
  const upTo = [...known.slice(0, index), { ...at, lineCount }]
  if (page.next === null) return upTo
  const firstLine = at.firstLine + lineCount
  return [...upTo, { after: page.next, firstLine, lineCount: undefined }]
}

/** The index of the page that contains a line; the last page for lines behind it. */
export function pageOfLine(known: KnownPages, line: number): number {
  let low = 0
  let high = known.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((known[middle]?.firstLine ?? 0) <= line) low = middle
    else high = middle - 1
  }
  return low
}

/** How many lines are known, and whether there are more. */
export function extentOf(known: KnownPages): { readonly lines: number; readonly hasMore: boolean } {
  const last = known.at(-1)
  return {
    lines: (last?.firstLine ?? 0) + (last?.lineCount ?? 0),
    hasMore: last?.lineCount === undefined,
  }
}
