import { Button, TextInput } from "@mantine/core"
import { useDebouncedValue } from "@mantine/hooks"
import { useInfiniteQuery } from "@tanstack/react-query"
import { IconPlus, IconSearch } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useSearchParams } from "wouter"
import { bucketsQuery, type Bucket } from "../../api/queries.ts"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { Chip } from "../../parts/chip.tsx"
import { DataTable, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatSize } from "../../parts/formats.ts"
import { Page } from "../../parts/page.tsx"
import { Empty, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { bucketPath } from "../../shell/addresses.ts"
import { CreateBucketDialog } from "./create-bucket-dialog.tsx"
import classes from "./buckets.module.css"

function useColumns(): readonly Column<Bucket>[] {
  const { t } = useTranslation()
  return [
    {
      name: "name",
      heading: t("buckets.name"),
      cell: ({ name }) => <Link href={bucketPath(name)}>{name}</Link>,
    },
    {
      name: "encryption",
      heading: t("buckets.encryption"),
      cell: ({ defaultEncryption, defaultCmkId }) => (
        <EncryptionBadge encryption={defaultEncryption.method} cmkId={defaultCmkId} />
      ),
    },
    {
      name: "acl",
      heading: t("buckets.acl"),
      cell: ({ acl }) => (
        <Chip tone={acl === "private" ? "neutral" : "warn"}>{t(`buckets.acls.${acl}`)}</Chip>
      ),
    },
    {
      name: "versioning",
      heading: t("buckets.versioning"),
      cell: ({ versioning }) => t(`buckets.versionings.${versioning}`),
    },
    {
      name: "objects",
      heading: t("buckets.objects"),
      align: "end",
      cell: ({ objectVersions }) => formatNumber(objectVersions),
    },
    {
      name: "size",
      heading: t("buckets.size"),
      align: "end",
      cell: ({ objectBytes }) => formatSize(objectBytes),
    },
    {
      name: "created",
      heading: t("buckets.created"),
      cell: ({ createdAt }) => <Time at={createdAt} relative />,
    },
  ]
}

function BucketList({ onCreate }: { readonly onCreate: () => void }): ReactNode {
  const { t } = useTranslation()
  const columns = useColumns()
  const [typed, setTyped] = useState("")
  const [prefix] = useDebouncedValue(typed.trim(), 200)
  const list = useInfiniteQuery(bucketsQuery(prefix))
  const rows = list.data?.pages.flatMap((page) => page.items)
  if (list.error !== null) {
    return <FailureNote error={list.error} onRetry={() => void list.refetch()} />
  }
  const isEmpty = rows?.length === 0
  return (
    <Panel flush>
      <div className={classes["filters"]}>
        <TextInput
          aria-label={t("buckets.filter")}
          placeholder={t("buckets.filter")}
          leftSection={<IconSearch size={15} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      {isEmpty && prefix === "" && (
        <Empty
          title={t("buckets.emptyTitle")}
          action={<Button onClick={onCreate}>{t("buckets.create")}</Button>}
        >
          {t("buckets.empty")}
        </Empty>
      )}
      {isEmpty && prefix !== "" && <Empty title={t("buckets.noneMatches")} />}
      {!isEmpty && (
        <DataTable
          label={t("shell.nav.buckets")}
          columns={columns}
          rows={rows}
          rowName={({ name }) => name}
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
  )
}

/** The buckets of the account. */
export function BucketsPage(): ReactNode {
  const { t } = useTranslation()
  const [parameters, setParameters] = useSearchParams()
  const isCreating = parameters.get("create") !== null
  const setCreating = (isOpen: boolean): void => setParameters(isOpen ? { create: "1" } : {})
  const create = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
      {t("buckets.create")}
    </Button>
  )
  return (
    <Page title={t("shell.nav.buckets")} lead={t("buckets.lead")} actions={create}>
      <BucketList onCreate={() => setCreating(true)} />
      {isCreating && <CreateBucketDialog onClose={() => setCreating(false)} />}
    </Page>
  )
}
