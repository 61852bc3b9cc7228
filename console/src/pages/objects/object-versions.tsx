import { Button, Skeleton } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import {
  versionsQuery,
  type ListedMarker,
  type ListedVersion,
  type ObjectName,
} from "../../api/queries.ts"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { Chip } from "../../parts/chip.tsx"
import { DataTable, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatSize } from "../../parts/formats.ts"
import { Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { objectPath } from "../../shell/addresses.ts"

type Line = ListedVersion | ListedMarker

function useColumns(bucket: string): readonly Column<Line>[] {
  const { t } = useTranslation()
  return [
    {
      name: "version",
      heading: t("objects.version"),
      cell: (line) =>
        line.kind === "marker" ? (
          <code>{line.versionId}</code>
        ) : (
          <Link href={objectPath(bucket, line.objectKey, line.versionId)}>
            <code>{line.versionId}</code>
          </Link>
        ),
    },
    {
      name: "kind",
      heading: t("objects.type"),
      cell: (line) =>
        line.kind === "marker" ? (
          <Chip tone="warn">{t("objects.marker")}</Chip>
        ) : (
          <Chip tone={line.isLatest ? "good" : "neutral"}>
            {line.isLatest ? t("objects.latest") : t("objects.older")}
          </Chip>
        ),
    },
    {
      name: "size",
      heading: t("objects.size"),
      align: "end",
      cell: (line) => line.kind === "version" && formatSize(line.sizeBytes),
    },
    {
      name: "encryption",
      heading: t("objects.encryption"),
      cell: (line) => line.kind === "version" && <EncryptionBadge {...line} />,
    },
    {
      name: "modified",
      heading: t("objects.modified"),
      cell: ({ lastModifiedAt }) => <Time at={lastModifiedAt} />,
    },
  ]
}

/** The versions and delete markers of one name, the newest first. */
export function ObjectVersions({ object }: { readonly object: ObjectName }): ReactNode {
  const { t } = useTranslation()
  const { bucket, objectKey } = object
  const columns = useColumns(bucket)
  const { data, error, ...list } = useInfiniteQuery(versionsQuery(bucket, objectKey))
  if (error !== null) return <FailureNote error={error} />
  if (data === undefined) return <Skeleton h={100} />
  const lines = data.pages
    .flatMap((page) => page.items)
    .filter((each) => each.kind !== "folder")
    .filter((each) => each.objectKey === objectKey)
  // After the versions of this name come those of longer ones.
  const last = data.pages.at(-1)?.items.at(-1)
  const hasMore = list.hasNextPage && last?.kind !== "folder" && last?.objectKey === objectKey
  return (
    <Panel title={t("objects.versionsOf")} flush={lines.length > 1}>
      {lines.length > 1 ? (
        <DataTable
          label={t("objects.versionsOf")}
          columns={columns}
          rows={lines}
          rowName={({ versionId }) => versionId}
        />
      ) : (
        t("objects.versionsEmpty")
      )}
      {hasMore && (
        <Button
          variant="default"
          m="sm"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("parts.more")}
        </Button>
      )}
    </Panel>
  )
}
