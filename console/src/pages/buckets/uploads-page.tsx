import { Button } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useParams } from "wouter"
import { api } from "../../api/client.ts"
import type { components } from "../../api/schema.ts"
import { uploadsQuery } from "../../api/queries.ts"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { DataTable, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { Page } from "../../parts/page.tsx"
import { Empty, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { sayDone, sayFailed } from "../../parts/toasts.tsx"
import { BucketTabs } from "./bucket-tabs.tsx"
import classes from "./buckets.module.css"

type Upload = components["schemas"]["Upload"]

function AbortButton({
  bucket,
  upload: { objectKey, uploadId },
}: {
  readonly bucket: string
  readonly upload: Upload
}): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const abortion = useMutation({
    mutationFn: async () => {
      const params = { path: { bucket }, query: { objectKey, uploadId } }
      await api.DELETE("/api/buckets/{bucket}/uploads", { params })
    },
    onSuccess: async () => {
      sayDone(t("buckets.aborted"))
      await client.invalidateQueries({ queryKey: ["uploads", bucket] })
    },
    onError: (error) => sayFailed(error),
  })
  return (
    <Button
      variant="default"
      aria-label={t("buckets.abortOf", { name: objectKey })}
      loading={abortion.isPending}
      onClick={() => abortion.mutate()}
    >
      {t("buckets.abort")}
    </Button>
  )
}

function useColumns(bucket: string): readonly Column<Upload>[] {
  const { t } = useTranslation()
  return [
    { name: "object", heading: t("buckets.uploadObject"), cell: ({ objectKey }) => objectKey },
    {
      name: "encryption",
      heading: t("buckets.encryption"),
      cell: (upload) => <EncryptionBadge {...upload} />,
    },
    {
      name: "started",
      heading: t("buckets.uploadStarted"),
      cell: ({ initiatedAt }) => <Time at={initiatedAt} relative />,
    },
    {
      name: "actions",
      heading: t("parts.actions"),
      align: "end",
      cell: (upload) => <AbortButton bucket={bucket} upload={upload} />,
    },
  ]
}

/** The multipart uploads of a bucket that are neither completed nor aborted. */
export function UploadsPage(): ReactNode {
  const { t } = useTranslation()
  const { bucket = "" } = useParams()
  const columns = useColumns(bucket)
  const list = useInfiniteQuery(uploadsQuery(bucket))
  const rows = list.data?.pages.flatMap((page) => page.items)
  return (
    <Page
      title={t("buckets.uploadsTitle", { bucket })}
      lead={t("buckets.uploadsLead")}
      crumbs={[{ label: t("shell.nav.buckets"), href: "/buckets" }]}
    >
      <BucketTabs bucket={bucket} current="uploads" />
      {list.error !== null ? (
        <FailureNote error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Panel flush>
          {rows?.length === 0 ? (
            <Empty title={t("buckets.uploadsEmpty")}>{t("buckets.uploadsEmptyText")}</Empty>
          ) : (
            <DataTable
              label={t("buckets.tabs.uploads")}
              columns={columns}
              rows={rows}
              rowName={({ uploadId }) => uploadId}
            />
          )}
          {list.hasNextPage && (
            <div className={classes["more"]}>
              <Button variant="default" onClick={() => void list.fetchNextPage()}>
                {t("parts.more")}
              </Button>
            </div>
          )}
        </Panel>
      )}
    </Page>
  )
}
