import { Button, Select, Tabs, TextInput, Tooltip } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import { IconPlus, IconSearch } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useSearchParams } from "wouter"
import { keysQuery, type Key, type KeysFilter, type KeyState } from "../../api/queries.ts"
import { KeyStateChip } from "../../parts/badges.tsx"
import { DataTable, Pager, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatTime } from "../../parts/formats.ts"
import { keyLabel, shortAlias } from "../../parts/key-name.tsx"
import { Page } from "../../parts/page.tsx"
import { Empty, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { keyPath } from "../../shell/addresses.ts"
import { CreateKeyDialog } from "./create-key-dialog.tsx"
import classes from "./keys.module.css"

const STATES: readonly KeyState[] = ["Enabled", "Disabled", "PendingDeletion", "PendingImport"]
const PAGE_SIZE = 20

type Sort = NonNullable<KeysFilter["sort"]>
type Order = NonNullable<KeysFilter["order"]>
type Owner = Key["owner"]

interface Ordering {
  readonly sort: Sort
  readonly order: Order
}

function useColumns(ordering: Ordering, change: (next: Ordering) => void): readonly Column<Key>[] {
  const { t } = useTranslation()
  const sorting = (sort: Sort): NonNullable<Column<Key>["sorting"]> => {
    const isChosen = ordering.sort === sort
    const order = isChosen && ordering.order === "ascending" ? "descending" : "ascending"
    return { state: isChosen ? ordering.order : "none", toggle: () => change({ sort, order }) }
  }
  return [
    {
      name: "alias",
      heading: t("keys.alias"),
      sorting: sorting("alias"),
      cell: (key) => (
        <Link href={keyPath(key.cmkId)}>
          {key.aliases.length > 0 ? key.aliases.map(shortAlias).join(", ") : key.cmkId}
        </Link>
      ),
    },
    {
      name: "id",
      heading: t("keys.id"),
      cell: (key) => <code>{key.cmkId}</code>,
    },
    {
      name: "state",
      heading: t("keys.state"),
      sorting: sorting("state"),
      cell: (key) => <KeyStateChip state={key.state} />,
    },
    { name: "spec", heading: t("keys.spec"), cell: (key) => key.spec },
    { name: "usage", heading: t("keys.usage"), cell: (key) => key.usage },
    {
      name: "created",
      heading: t("keys.created"),
      sorting: sorting("created"),
      cell: (key) => <Time at={key.createdAt} relative />,
    },
    {
      name: "objects",
      heading: t("keys.objects"),
      align: "end",
      sorting: sorting("objects"),
      cell: (key) => formatNumber(key.uses.objectVersions),
    },
    {
      name: "lastUse",
      heading: t("keys.lastUse"),
      sorting: sorting("lastUse"),
      cell: ({ lastUse }) =>
        lastUse.at === null ? (
          <Tooltip label={t("keys.unusedSince", { time: formatTime(lastUse.knownSince) })}>
            <span>{t("parts.none")}</span>
          </Tooltip>
        ) : (
          <Time at={lastUse.at} relative />
        ),
    },
  ]
}

function NoKeys({
  owner,
  onCreate,
}: {
  readonly owner: Owner
  readonly onCreate: () => void
}): ReactNode {
  const { t } = useTranslation()
  if (owner === "service") {
    return <Empty title={t("keys.emptyService")}>{t("keys.emptyServiceText")}</Empty>
  }
  const action = <Button onClick={onCreate}>{t("keys.create")}</Button>
  return (
    <Empty title={t("keys.emptyTitle")} action={action}>
      {t("keys.empty")}
    </Empty>
  )
}

function KeyList({
  owner,
  onCreate,
}: {
  readonly owner: Owner
  readonly onCreate: () => void
}): ReactNode {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const state = STATES.find((each) => each === parameters.get("state"))
  const [typed, setTyped] = useState("")
  const [search] = useDebouncedValue(typed.trim(), 200)
  const [page, setPage] = useState(1)
  const [ordering, setOrdering] = useState<Ordering>({ sort: "created", order: "descending" })
  const columns = useColumns(ordering, setOrdering)
  const { data, error, refetch } = useQuery(
    keysQuery({
      owner,
      page,
      pageSize: PAGE_SIZE,
      ...ordering,
      ...(state === undefined ? {} : { state }),
      ...(search === "" ? {} : { search }),
    }),
  )
  if (error !== null) return <FailureNote error={error} onRetry={() => void refetch()} />
  const isFiltered = state !== undefined || search !== ""
  const chooseState = (value: string | null): void => {
    setPage(1)
    setParameters(value === null || value === "" ? {} : { state: value })
  }
  const isEmpty = data?.total === 0
  return (
    <>
      <div className={classes["filters"]}>
        <TextInput
          className={classes["search"]}
          aria-label={t("keys.filter")}
          placeholder={t("keys.filter")}
          leftSection={<IconSearch size={15} />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setPage(1)
          }}
        />
        <Select
          aria-label={t("keys.state")}
          data={[
            { value: "", label: t("keys.anyState") },
            ...STATES.map((value) => ({ value, label: t(`parts.state.${value}`) })),
          ]}
          value={state ?? ""}
          onChange={chooseState}
        />
      </div>
      {isEmpty && !isFiltered && <NoKeys owner={owner} onCreate={onCreate} />}
      {isEmpty && isFiltered && <Empty title={t("keys.noneMatches")} />}
      {!isEmpty && (
        <DataTable
          label={t(`keys.${owner}`)}
          columns={columns}
          rows={data?.items}
          rowName={(key) => `${key.cmkId} ${keyLabel(key)}`}
        />
      )}
      {data !== undefined && <Pager {...data} onPage={setPage} />}
    </>
  )
}

/** The keys: those of users, and those that the service created. */
export function KeysPage(): ReactNode {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const [owner, setOwner] = useState<Owner>("user")
  const isCreating = parameters.get("create") !== null
  const setCreating = (isOpen: boolean): void => setParameters(isOpen ? { create: "1" } : {})
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
      {t("keys.create")}
    </Button>
  )
  return (
    <Page title={t("shell.nav.keys")} lead={t("keys.lead")} actions={create}>
      <Tabs
        value={owner}
        onChange={(value) => setOwner(value === "service" ? "service" : "user")}
        keepMounted={false}
      >
        <Tabs.List>
          <Tabs.Tab value="user">{t("keys.user")}</Tabs.Tab>
          <Tabs.Tab value="service">{t("keys.service")}</Tabs.Tab>
        </Tabs.List>
        {(["user", "service"] as const).map((each) => (
          <Tabs.Panel key={each} value={each} pt="sm">
            {each === "service" && <p>{t("keys.serviceLead")}</p>}
            <Panel flush>
              <KeyList owner={each} onCreate={() => setCreating(true)} />
            </Panel>
          </Tabs.Panel>
        ))}
      </Tabs>
      {isCreating && <CreateKeyDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
