import { Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { IconKey, IconLockAccess, IconPackage } from "@tabler/icons-react"
import type { TFunction } from "i18next"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { storedFormQuery, type StoredForm } from "../../api/queries.ts"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { DataTable, type Column } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatSize } from "../../parts/formats.ts"
import { KeyLink } from "../../parts/key-name.tsx"
import { Page } from "../../parts/page.tsx"
import { Panel } from "../../parts/panel.tsx"
import { objectPath } from "../../shell/addresses.ts"
import { useObjectCrumbs, useObjectName } from "../objects/object-page.tsx"
import { Envelope, Segments, type Box } from "./envelope.tsx"

type Blob = StoredForm["blobs"][number]

function wrappingBox(form: StoredForm, t: TFunction): Box {
  const { wrappedBy } = form
  const common = { kind: "key" as const, icon: <IconKey size={16} />, does: t("stored.wraps") }
  if (wrappedBy.kind === "bucket-key") {
    const text = t("stored.bucketKeyText", { id: form.bucketInstanceId })
    return { ...common, title: t("stored.bucketKey"), children: <p>{text}</p> }
  }
  return {
    ...common,
    title: (
      <>
        {t("stored.cmk")}: <KeyLink cmkId={wrappedBy.cmkId} />
      </>
    ),
    children: <p>{t("stored.cmkText", { version: wrappedBy.keyVersionId })}</p>,
  }
}

function contentBox(form: StoredForm, t: TFunction): Box {
  const segments = form.blobs.reduce((sum, each) => sum + each.segmentCount, 0)
  const sizes = { sealed: formatSize(form.sealedBytes), plain: formatSize(form.sizeBytes) }
  return {
    kind: "content",
    icon: <IconPackage size={16} />,
    title: t("stored.content"),
    children: (
      <>
        <p>
          {t(`stored.contentKind.${form.contentKind}`, { count: form.blobCount })} · {form.suite}
        </p>
        <p>
          {t("stored.segmentsText", {
            count: segments,
            size: formatSize(form.segmentBytes),
          })}
        </p>
        <p>{t("stored.sealedText", sizes)}</p>
        <Segments count={segments} />
      </>
    ),
  }
}

function Drawing({ form }: { readonly form: StoredForm }): ReactNode {
  const { t } = useTranslation()
  const boxes: readonly Box[] = [
    {
      kind: "unlock",
      icon: <IconLockAccess size={16} />,
      title: t("stored.unlock"),
      children: <p>{t(`stored.unlocks.${form.rootKeyProvider}`)}</p>,
      does: t("stored.opens"),
    },
    {
      kind: "key",
      icon: <IconKey size={16} />,
      title: t("stored.rootKey"),
      children: (
        <>
          <p>{t("stored.rootKeyText")}</p>
          {form.rootKeyId !== null && (
            <p>
              <code>{form.rootKeyId}</code>
            </p>
          )}
        </>
      ),
      does: t("stored.wraps"),
    },
    wrappingBox(form, t),
    {
      kind: "key",
      icon: <IconKey size={16} />,
      title: t("stored.dataKey"),
      children: (
        <>
          <p>{t("stored.dataKeyText", { count: form.wrappedKeyBytes })}</p>
          <p>
            <code>{form.dataKeyId}</code>
          </p>
        </>
      ),
      does: t("stored.seals"),
    },
    contentBox(form, t),
  ]
  return <Envelope boxes={boxes} />
}

function Blobs({ form }: { readonly form: StoredForm }): ReactNode {
  const { t } = useTranslation()
  const columns: readonly Column<Blob>[] = [
    { name: "blob", heading: t("stored.blob"), cell: ({ blobId }) => <code>{blobId}</code> },
    { name: "place", heading: t("stored.place"), cell: ({ place }) => t(`stored.places.${place}`) },
    {
      name: "size",
      heading: t("stored.size"),
      align: "end",
      cell: ({ sizeBytes }) => formatSize(sizeBytes),
    },
    {
      name: "sealed",
      heading: t("stored.sealedSize"),
      align: "end",
      cell: ({ sealedBytes }) => formatSize(sealedBytes),
    },
    {
      name: "segments",
      heading: t("stored.segmentCount"),
      align: "end",
      cell: ({ segmentCount }) => formatNumber(segmentCount),
    },
  ]
  const isPart = form.blobs.length < form.blobCount
  const counts = { shown: form.blobs.length, count: form.blobCount }
  return (
    <Panel
      title={t("stored.blobs")}
      actions={isPart && <span>{t("stored.firstBlobs", counts)}</span>}
      flush
    >
      <DataTable
        label={t("stored.blobs")}
        columns={columns}
        rows={form.blobs}
        rowName={({ blobId }) => blobId}
      />
    </Panel>
  )
}

/** A drawing of the keys, blobs and segments of one object. */
export function StoredPage(): ReactNode {
  const { t } = useTranslation()
  const object = useObjectName()
  const { bucket, objectKey, versionId } = object
  const { data: form, error, refetch } = useQuery(storedFormQuery(object))
  const crumbs = [
    ...useObjectCrumbs(bucket, objectKey),
    { label: objectKey, href: objectPath(bucket, objectKey, versionId) },
  ]
  const badge = form !== undefined && (
    <EncryptionBadge
      encryption={form.method}
      cmkId={form.wrappedBy.kind === "cmk" ? form.wrappedBy.cmkId : null}
    />
  )
  return (
    <Page
      title={t("stored.title", { name: objectKey })}
      lead={t("stored.lead")}
      crumbs={crumbs}
      actions={badge}
    >
      {error !== null && <FailureNote error={error} onRetry={() => void refetch()} />}
      {form === undefined && error === null && <Skeleton h={400} />}
      {form !== undefined && (
        <>
          <Drawing form={form} />
          <Blobs form={form} />
        </>
      )}
    </Page>
  )
}
