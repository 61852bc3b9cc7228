import { useQueries } from "@tanstack/react-query"
import { useCallback, useState } from "react"
import { entriesQuery, type EntriesOf } from "../../api/queries.ts"
import type { Entry } from "./entries.ts"
import { extentOf, NOTHING_KNOWN, pageOfLine, withPage, type KnownPages } from "./known-pages.ts"

/** So many pages before and after the visible ones stay in memory. */
const KEPT_PAGES = 20
/** The next page is requested this many lines before the end. */
const AHEAD = 400

/** A folder of any length, read as far as the user has scrolled. */
export interface Listing {
  /** What is listed, as one text. */
  readonly id: string
  /** How many lines are known. Undefined before the first answer. */
  readonly lines: number | undefined
  readonly hasMore: boolean
  /** Undefined while the line is being read. */
  readonly entryAt: (line: number) => Entry | undefined
  /** What is in memory: everything, unless the folder is long. */
  readonly loaded: () => readonly Entry[]
  readonly error: Error | null
  readonly retry: () => void
  /** Reads the lines that have become visible, unless they are in memory. */
  readonly show: (first: number, last: number) => void
}

interface State {
  readonly id: string
  readonly known: KnownPages
  readonly firstLine: number
  readonly lastLine: number
}

/** The indexes of the pages that must be in memory. */
function pagesToRead({
  known,
  firstLine,
  lastLine,
}: State): readonly [first: number, last: number] {
  return [pageOfLine(known, firstLine - AHEAD), pageOfLine(known, lastLine + AHEAD)]
}

function withShown(state: State, firstLine: number, lastLine: number): State {
  const wanted = { ...state, firstLine, lastLine }
  return pagesToRead(wanted).join() === pagesToRead(state).join() ? state : wanted
}

export function useListing(of: EntriesOf): Listing {
  const id = JSON.stringify([of.bucket, of.prefix, of.showsVersions])
  const [kept, setState] = useState<State>()
  const blank: State = { id, known: NOTHING_KNOWN, firstLine: 0, lastLine: 0 }
  const state = kept?.id === id ? kept : blank
  const { known } = state
  const [firstPage, lastPage] = pagesToRead(state)
  const firstKept = Math.max(firstPage - KEPT_PAGES, 0)
  const isVisible = (at: number): boolean => at >= firstPage && at <= lastPage
  const results = useQueries({
    queries: known.slice(firstKept, lastPage + KEPT_PAGES + 1).map(({ after }, at) => ({
      ...entriesQuery(of, after),
      // The others are only kept in memory.
      enabled: isVisible(firstKept + at),
    })),
  })
  const visible = results.slice(firstPage - firstKept, lastPage - firstKept + 1)
  let next = known
  for (const [at, { data }] of visible.entries()) {
    const index = firstPage + at
    // Behind a page that now ends elsewhere, the answers are those to other markers.
    if (next[index]?.after !== known[index]?.after) break
    if (data !== undefined) next = withPage(next, index, data)
  }
  if (next !== known) setState({ ...state, known: next })
  const show = useCallback(
    (first: number, last: number) =>
      setState((before) => before && (before.id === id ? withShown(before, first, last) : before)),
    [id],
  )
  const { lines, hasMore } = extentOf(known)
  const failed = visible.filter(({ error }) => error !== null)
  return {
    id,
    lines: known === NOTHING_KNOWN ? undefined : lines,
    hasMore,
    entryAt: (line) => {
      const index = pageOfLine(known, line)
      return results[index - firstKept]?.data?.items[line - (known[index]?.firstLine ?? 0)]
    },
    loaded: () => results.flatMap(({ data }) => data?.items ?? []),
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const { refetch } of failed) void refetch()
    },
    show,
  }
}
