import { Button, Select, TextInput } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { useInfiniteQuery, useQuery } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import {
  keysQuery,
  requestsQuery,
  type RecentRequest,
  type RequestsFilter,
} from "../../api/queries.ts"
import { Chip } from "../../parts/chip.tsx"
import { DataTable, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber } from "../../parts/formats.ts"
import { keyLabel, KeyLink } from "../../parts/key-name.tsx"
import { Page } from "../../parts/page.tsx"
import { Empty, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import classes from "./service.module.css"

const LIVE_MS = 5000

function useColumns(): readonly Column<RecentRequest>[] {
  const { t } = useTranslation()
  return [
    { name: "time", heading: t("activity.time"), cell: ({ at }) => <Time at={at} /> },
    { name: "action", heading: t("activity.action"), cell: ({ action }) => <code>{action}</code> },
    {
      name: "result",
      heading: t("activity.result"),
      cell: ({ errorCode }) =>
        errorCode === null ? (
          <Chip tone="good">{t("activity.success")}</Chip>
        ) : (
          <Chip tone="bad">{errorCode}</Chip>
        ),
    },
    {
      name: "key",
      heading: t("activity.key"),
      cell: ({ cmkId }) => cmkId !== null && <KeyLink cmkId={cmkId} />,
    },
    { name: "caller", heading: t("activity.caller"), cell: ({ caller }) => <code>{caller}</code> },
    { name: "address", heading: t("activity.address"), cell: ({ sourceAddress }) => sourceAddress },
    {
      name: "duration",
      heading: t("activity.duration"),
      align: "end",
      cell: ({ ms }) => `${formatNumber(ms, 1)} ms`,
    },
    {
      name: "request",
      heading: t("parts.requestId"),
      cell: ({ requestId }) => <code>{requestId}</code>,
    },
  ]
}

interface Typed {
  readonly action: string
  readonly caller: string
  readonly cmkId: string
  readonly result: "" | "success" | "failure"
}

const NOTHING_TYPED: Typed = { action: "", caller: "", cmkId: "", result: "" }

function filterOf({ action, caller, cmkId, result }: Typed): RequestsFilter {
  return {
    ...(action === "" ? {} : { action }),
    ...(caller === "" ? {} : { caller }),
    ...(cmkId === "" ? {} : { cmkId }),
    ...(result === "" ? {} : { result }),
  }
}

interface FiltersProps {
  readonly typed: Typed
  readonly onChange: (typed: Typed) => void
}

function Filters({ typed, onChange }: FiltersProps): ReactNode {
  const { t } = useTranslation()
  const { data } = useQuery(keysQuery({ pageSize: 100 }))
  const change = (changed: Partial<Typed>): void => onChange({ ...typed, ...changed })
  const keys = (data?.items ?? []).map((key) => ({ value: key.cmkId, label: keyLabel(key) }))
  return (
    <div className={classes["filters"]}>
      <TextInput
        aria-label={t("activity.filterAction")}
        placeholder={t("activity.filterAction")}
        value={typed.action}
        onChange={(event) => change({ action: event.currentTarget.value })}
      />
      <TextInput
        aria-label={t("activity.filterCaller")}
        placeholder={t("activity.filterCaller")}
        value={typed.caller}
        onChange={(event) => change({ caller: event.currentTarget.value.trim() })}
      />
      <Select
        aria-label={t("activity.key")}
        data={[{ value: "", label: t("activity.allKeys") }, ...keys]}
        value={typed.cmkId}
        onChange={(value) => change({ cmkId: value ?? "" })}
        searchable
      />
      <Select
        aria-label={t("activity.result")}
        data={[
          { value: "", label: t("activity.any") },
          { value: "success", label: t("activity.success") },
          { value: "failure", label: t("activity.failure") },
        ]}
        value={typed.result}
        onChange={(value) =>
          change({ result: value === "success" || value === "failure" ? value : "" })
        }
      />
    </div>
  )
}

/** Recent operations of the key service, of administration and on buckets. */
export function ActivityPage(): ReactNode {
  const { t } = useTranslation()
  const columns = useColumns()
  const [typed, setTyped] = useState(NOTHING_TYPED)
  const [settled] = useDebouncedValue(typed, 250)
  const filter = filterOf(settled)
  const list = useInfiniteQuery({
    ...requestsQuery(filter),
    // Someone who reads older pages must not be disturbed.
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? LIVE_MS : false),
    refetchOnWindowFocus: false,
  })
  const rows = list.data?.pages.flatMap((page) => page.items)
  const kept = list.data?.pages[0]?.kept
  const isEmpty = rows?.length === 0
  const isFiltered = Object.keys(filter).length > 0
  return (
    <Page
      title={t("shell.nav.activity")}
      lead={t("activity.lead", { kept: kept === undefined ? "…" : formatNumber(kept) })}
    >
      {list.error !== null && rows === undefined && (
        <FailureNote error={list.error} onRetry={() => void list.refetch()} />
      )}
      <Panel flush>
        <Filters typed={typed} onChange={setTyped} />
        {isEmpty && !isFiltered && (
          <Empty title={t("activity.emptyTitle")}>{t("activity.empty")}</Empty>
        )}
        {isEmpty && isFiltered && <Empty title={t("activity.noneMatches")} />}
        {!isEmpty && (
          <DataTable
            label={t("shell.nav.activity")}
            columns={columns}
            rows={rows}
            rowName={({ requestId, at }) => `${requestId} ${at}`}
          />
        )}
        {list.hasNextPage && (
          <div className={classes["more"]}>
            <Button
              variant="default"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              {t("parts.more")}
            </Button>
          </div>
        )}
      </Panel>
    </Page>
  )
}
