import { TextInput } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { IconSearch } from "@tabler/icons-react"
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLocation } from "wouter"
import { bucketsQuery, keysQuery } from "../api/queries.ts"
import { Dialog } from "../parts/dialog.tsx"
import { keyLabel } from "../parts/key-name.tsx"
import { bucketPath, keyPath } from "./addresses.ts"
import { SECTION_PATHS, SECTIONS } from "./navigation.ts"
import classes from "./palette.module.css"

interface Entry {
  readonly kind: "page" | "key" | "bucket" | "action"
  readonly label: string
  readonly href: string
}

/** Pages and actions by their names, keys and buckets as the server finds them. */
function useEntries(search: string): readonly Entry[] {
  const { t } = useTranslation()
  const [settled] = useDebouncedValue(search.trim(), 150)
  const keys = useQuery(keysQuery({ search: settled, pageSize: 8 }))
  const buckets = useInfiniteQuery(bucketsQuery(settled.toLowerCase()))
  const wanted = search.trim().toLowerCase()
  const named: readonly Entry[] = [
    ...SECTIONS.map((each) => ({
      kind: "page" as const,
      label: t(`shell.nav.${each}`),
      href: SECTION_PATHS[each],
    })),
    { kind: "action", label: t("shell.palette.createKey"), href: "/keys?create=1" },
    { kind: "action", label: t("shell.palette.createBucket"), href: "/buckets?create=1" },
  ]
  return [
    ...named.filter((each) => each.label.toLowerCase().includes(wanted)),
    ...(keys.data?.items ?? []).map((each) => ({
      kind: "key" as const,
      label: keyLabel(each),
      href: keyPath(each.cmkId),
    })),
    ...(buckets.data?.pages[0]?.items ?? []).slice(0, 8).map((each) => ({
      kind: "bucket" as const,
      label: each.name,
      href: bucketPath(each.name),
    })),
  ]
}

interface EntryListProps {
  readonly id: string
  readonly entries: readonly Entry[]
  readonly chosen: number
  readonly onGo: (entry: Entry) => void
}

/** The keyboard reaches entries from the field above, as in every combobox. */
function EntryList({ id, entries, chosen, onGo }: EntryListProps): ReactNode {
  const { t } = useTranslation()
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => {
    list.current?.children.item(chosen)?.scrollIntoView({ block: "nearest" })
  }, [chosen])
  return (
    <ul
      id={id}
      ref={list}
      className={classes["list"]}
      role="listbox"
      aria-label={t("shell.palette.title")}
    >
      {entries.map((entry, index) => (
        <li
          key={`${entry.kind} ${entry.href}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          className={classes["entry"]}
          onClick={() => onGo(entry)}
        >
          <span>{entry.label}</span>
          <span className={classes["kind"]}>{t(`shell.palette.${entry.kind}`)}</span>
        </li>
      ))}
    </ul>
  )
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 }

function PaletteBody({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const [search, setSearch] = useState("")
  const [position, setPosition] = useState(0)
  const [, navigate] = useLocation()
  const entries = useEntries(search)
  const listId = useId()
  const chosen = Math.min(position, entries.length - 1)

  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return
    onClose()
    navigate(entry.href)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const step = STEPS[event.key]
    if (step !== undefined) setPosition((chosen + step + entries.length) % entries.length)
    else if (event.key === "Enter") go(entries[chosen])
    else return
    event.preventDefault()
  }
  return (
    <>
      <TextInput
        role="combobox"
        aria-label={t("shell.palette.title")}
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries.length > 0 ? `${listId}-${chosen}` : undefined}
        placeholder={t("shell.palette.placeholder")}
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value)
          setPosition(0)
        }}
        onKeyDown={onKeyDown}
        data-autofocus
      />
      {entries.length === 0 && <div className={classes["none"]}>{t("shell.palette.none")}</div>}
      <EntryList id={listId} entries={entries} chosen={chosen} onGo={go} />
    </>
  )
}

/** Leads to every page, key and bucket by keyboard. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  return (
    <Dialog title={t("shell.palette.title")} size="lg" yOffset="12vh" onClose={onClose}>
      <PaletteBody onClose={onClose} />
    </Dialog>
  )
}
