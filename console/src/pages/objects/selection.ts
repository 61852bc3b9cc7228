import { useMemo, useState } from "react"
import { entryId, type Entry, type NamedEntry } from "./entries.ts"

/** Which entries of the shown list are selected. */
export interface Selection {
  readonly chosen: readonly NamedEntry[]
  readonly isAll: boolean
  readonly has: (entry: Entry) => boolean
  readonly toggle: (entry: NamedEntry) => void
  readonly toggleAll: () => void
  readonly clear: () => void
  /** Selects one entry and asks for its deletion. */
  readonly askToDelete: (entry: NamedEntry) => void
}

/** Entries that have disappeared from the list are no longer selected. */
export function useSelection(
  entries: readonly Entry[],
  onDelete: (entries: readonly NamedEntry[]) => void,
): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const named = useMemo(() => entries.filter((each) => each.kind !== "folder"), [entries])
  // While nothing is selected, loading more lines costs nothing here.
  const chosen = useMemo(
    () => (ids.size === 0 ? [] : named.filter((each) => ids.has(entryId(each)))),
    [named, ids],
  )
  const isAll = named.length > 0 && chosen.length === named.length
  return {
    chosen,
    isAll,
    has: (entry) => ids.has(entryId(entry)),
    toggle: (entry) => {
      const next = new Set(ids)
      if (!next.delete(entryId(entry))) next.add(entryId(entry))
      setIds(next)
    },
    toggleAll: () => setIds(new Set(isAll ? [] : named.map(entryId))),
    clear: () => setIds(new Set()),
    askToDelete: (entry) => onDelete([entry]),
  }
}
