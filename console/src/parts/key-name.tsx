import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { Link } from "wouter"
import { keysQuery, type Key } from "../api/queries.ts"
import { keyPath } from "../shell/addresses.ts"

/** An alias without the prefix that all aliases have. */
export const shortAlias = (aliasName: string): string => aliasName.replace(/^alias\//, "")

/** The name of a key: its first alias, otherwise its id. */
export const keyLabel = (key: Pick<Key, "aliases" | "cmkId">): string => {
  const alias = key.aliases[0]
  return alias === undefined ? key.cmkId : shortAlias(alias)
}

/** The alias of a key by its id, from the first hundred keys; undefined for all others. */
export function useKeyLabel(cmkId: string | null): string | undefined {
  const { data } = useQuery({
    ...keysQuery({ pageSize: 100 }),
    enabled: cmkId !== null,
    staleTime: 60_000,
  })
  const found = data?.items.find((each) => each.cmkId === cmkId)
  return found === undefined ? undefined : keyLabel(found)
}

/** A key as a link to its page, named by its alias if it has one. */
export function KeyLink({ cmkId }: { readonly cmkId: string }): ReactNode {
  const label = useKeyLabel(cmkId)
  return (
    <Link href={keyPath(cmkId)} title={cmkId}>
      {label ?? <code>{cmkId}</code>}
    </Link>
  )
}
