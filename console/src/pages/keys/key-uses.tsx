import { Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import type { components } from "../../api/schema.ts"
import { dependantsQuery } from "../../api/queries.ts"
import { Chip } from "../../parts/chip.tsx"
import { DataTable, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatSize } from "../../parts/formats.ts"
import { Panel } from "../../parts/panel.tsx"
import { bucketPath } from "../../shell/addresses.ts"
import classes from "./keys.module.css"

type Dependants = components["schemas"]["Dependants"]
type DependentBucket = components["schemas"]["DependentBucket"]

/** The buckets that contain something under a key, or use it by default. */
export function BucketsUnder({ dependants }: { readonly dependants: Dependants }): ReactNode {
  const { t } = useTranslation()
  const columns: readonly Column<DependentBucket>[] = [
    {
      name: "bucket",
      heading: t("keys.bucket"),
      cell: ({ name, isDefault }) => (
        <>
          {name === null ? t("keys.damagedBucket") : <Link href={bucketPath(name)}>{name}</Link>}{" "}
          {isDefault && <Chip tone="accent">{t("keys.isDefault")}</Chip>}
        </>
      ),
    },
    {
      name: "objects",
      heading: t("keys.objectVersions"),
      align: "end",
      cell: ({ objectVersions, objectBytes }) =>
        `${formatNumber(objectVersions)} · ${formatSize(objectBytes)}`,
    },
    {
      name: "uploads",
      heading: t("keys.uploads"),
      align: "end",
      cell: ({ uploads }) => formatNumber(uploads),
    },
  ]
  const hidden = dependants.bucketCount - dependants.buckets.length
  return (
    <>
      <DataTable
        label={t("keys.uses")}
        columns={columns}
        rows={dependants.buckets}
        rowName={({ name }) => name ?? "damaged"}
      />
      {hidden > 0 && <p>{t("keys.moreBuckets", { count: hidden })}</p>}
    </>
  )
}

/** What depends on a key. */
export function KeyUsesPanel({ cmkId }: { readonly cmkId: string }): ReactNode {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(dependantsQuery(cmkId))
  if (error !== null) return <FailureNote error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton h={120} />
  const { uses } = data
  const counts = [
    [
      t("keys.objectVersions"),
      `${formatNumber(uses.objectVersions)} · ${formatSize(uses.objectBytes)}`,
    ],
    [t("keys.uploads"), formatNumber(uses.uploads)],
    [t("keys.defaultOf"), formatNumber(uses.defaultOfBuckets)],
  ] as const
  return (
    <Panel title={t("keys.uses")}>
      <dl className={classes["counts"]}>
        {counts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {data.buckets.length === 0 ? t("keys.nothingUses") : <BucketsUnder dependants={data} />}
    </Panel>
  )
}
