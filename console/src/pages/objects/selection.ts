import { useState } from "react"
import { entryId, type Entry, type NamedEntry } from "./entries.ts"

/** Which entries of the shown list are selected, whether they are in memory or not. */
export interface Selection {
  readonly chosen: readonly NamedEntry[]
  readonly has: (entry: Entry) => boolean
  readonly hasAll: (entries: () => readonly Entry[]) => boolean
  readonly toggle: (entry: NamedEntry) => void
  /** Selects all of them; if they are selected, nothing is selected any more. */
  readonly toggleAll: (entries: readonly Entry[]) => void
  readonly clear: () => void
  /** Selects one entry and asks for its deletion. */
  readonly askToDelete: (entry: NamedEntry) => void
}

type Chosen = ReadonlyMap<string, NamedEntry>

const NONE: Chosen = new Map()

const isNamed = (entry: Entry): entry is NamedEntry => entry.kind !== "folder"

/** `listId` says what is listed. Entries of another list are not selected. */
export function useSelection(
  listId: string,
  onDelete: (entries: readonly NamedEntry[]) => void,
): Selection {
  const [kept, setKept] = useState({ listId, chosen: NONE })
  const chosen = kept.listId === listId ? kept.chosen : NONE
  const choose = (next: Chosen): void => setKept({ listId, chosen: next })
  const hasAll = (entries: readonly Entry[]): boolean => {
    const named = entries.filter(isNamed)
    return named.length > 0 && named.every((each) => chosen.has(entryId(each)))
  }
  return {
    chosen: [...chosen.values()],
    has: (entry) => chosen.has(entryId(entry)),
    // Lists are long, and while nothing is selected there is nothing to look for.
    hasAll: (entries) => chosen.size > 0 && hasAll(entries()),
    toggle: (entry) => {
      const next = new Map(chosen)
      if (!next.delete(entryId(entry))) next.set(entryId(entry), entry)
      choose(next)
    },
    toggleAll: (entries) =>
      choose(
        hasAll(entries)
          ? NONE
          : new Map([
              ...chosen,
              ...entries.filter(isNamed).map((each) => [entryId(each), each] as const),
            ]),
      ),
    clear: () => choose(NONE),
    askToDelete: (entry) => onDelete([entry]),
  }
}
