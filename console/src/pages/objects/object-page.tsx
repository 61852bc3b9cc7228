import { Button, Skeleton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { IconDownload, IconShare } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link, useLocation, useParams } from "wouter"
import { objectQuery, type ObjectDetail, type ObjectName } from "../../api/queries.ts"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { Copyable } from "../../parts/copyable.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatSize } from "../../parts/formats.ts"
import { Page, type Crumb } from "../../parts/page.tsx"
import { Facts, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { sayFailed } from "../../parts/toasts.tsx"
import { bucketPath, storedFormPath, useParameters } from "../../shell/addresses.ts"
import { CopyDialog } from "./copy-dialog.tsx"
import { DeleteDialog } from "./delete-dialog.tsx"
import { foldersOf, type NamedEntry } from "./entries.ts"
import { HeadersDialog } from "./headers-dialog.tsx"
import { download } from "./links.ts"
import { ObjectVersions } from "./object-versions.tsx"
import { PreviewPanel } from "./preview.tsx"
import { ShareDialog } from "./share-dialog.tsx"
import classes from "./object-page.module.css"

interface DetailProps {
  readonly object: ObjectName
  readonly detail: ObjectDetail
}

function ObjectFacts({ object, detail }: DetailProps): ReactNode {
  const { t } = useTranslation()
  return (
    <Panel title={t("objects.facts")}>
      <Facts
        rows={[
          [t("objects.bucket"), object.bucket],
          [
            t("objects.size"),
            `${formatSize(detail.sizeBytes)} (${formatNumber(detail.sizeBytes)} B)`,
          ],
          [
            t("objects.encryption"),
            <EncryptionBadge
              key="encryption"
              encryption={detail.encryption}
              cmkId={detail.cmkId}
              cmkAlias={detail.cmkAlias}
            />,
          ],
          [t("objects.modified"), <Time key="modified" at={detail.lastModifiedAt} />],
          [t("objects.etag"), <Copyable key="etag" value={detail.etag} of={t("objects.etag")} />],
          [t("objects.crc64"), detail.crc64],
          [t("objects.version"), <code key="version">{detail.versionId}</code>],
          [t("objects.type"), t(`objects.types.${detail.type}`)],
          [t("objects.storageClass"), detail.storageClass],
          [t("objects.acl"), t(`objects.acls.${detail.acl}`)],
        ]}
      />
    </Panel>
  )
}

function Headers({ object, detail }: DetailProps): ReactNode {
  const { t } = useTranslation()
  const [isChanging, setChanging] = useState(false)
  const lines = (headers: ObjectDetail["headers"]) =>
    headers.map(({ name, value }) => [name, <code key={name}>{value}</code>] as const)
  return (
    <Panel
      title={t("objects.headers")}
      actions={
        // A change creates the newest version. From an older version, it would restore that version's content.
        detail.isLatest && (
          <Button variant="default" onClick={() => setChanging(true)}>
            {t("objects.changeHeaders")}
          </Button>
        )
      }
    >
      {isChanging && (
        <HeadersDialog bucket={object.bucket} detail={detail} onClose={() => setChanging(false)} />
      )}
      {detail.headers.length === 0 ? (
        t("objects.noHeaders")
      ) : (
        <Facts rows={lines(detail.headers)} />
      )}
    </Panel>
  )
}

type Dialog = "share" | "copy" | "delete"

function ObjectActions({ object, detail }: DetailProps): ReactNode {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [dialog, setDialog] = useState<Dialog>()
  const close = (): void => setDialog(undefined)
  const { bucket, objectKey, versionId } = object
  const entry: NamedEntry =
    versionId === undefined ? { ...detail, kind: "object" } : { ...detail, kind: "version" }
  return (
    <>
      <Button
        leftSection={<IconDownload size={15} />}
        onClick={() => void download(object).catch(sayFailed)}
      >
        {t("objects.download")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconShare size={15} />}
        onClick={() => setDialog("share")}
      >
        {t("objects.share")}
      </Button>
      <Button variant="default" onClick={() => setDialog("copy")}>
        {t("objects.copy")}
      </Button>
      <Button
        variant="default"
        component={Link}
        href={storedFormPath(bucket, objectKey, versionId)}
      >
        {t("objects.storedForm")}
      </Button>
      <Button variant="outline" color="red" onClick={() => setDialog("delete")}>
        {t("objects.delete")}
      </Button>
      {dialog === "share" && <ShareDialog object={object} onClose={close} />}
      {dialog === "copy" && <CopyDialog object={object} onClose={close} />}
      {dialog === "delete" && (
        <DeleteDialog
          bucket={bucket}
          entries={[entry]}
          onClose={close}
          onDeleted={() => navigate(bucketPath(bucket, foldersOf(objectKey).at(-1)))}
        />
      )}
    </>
  )
}

/** The path from the list of buckets to the folder of an object. */
export function useObjectCrumbs(bucket: string, objectKey: string): readonly Crumb[] {
  const { t } = useTranslation()
  const folders = foldersOf(objectKey)
  return [
    { label: t("shell.nav.buckets"), href: "/buckets" },
    { label: bucket, href: bucketPath(bucket) },
    ...folders.map((folder, index) => ({
      label: folder.slice(folders[index - 1]?.length ?? 0, -1),
      href: bucketPath(bucket, folder),
    })),
  ]
}

/** The object that the URL names. */
export function useObjectName(): ObjectName {
  const { bucket = "" } = useParams()
  const parameters = useParameters()
  const versionId = parameters.get("version") ?? undefined
  return { bucket, objectKey: parameters.get("name") ?? "", versionId }
}

/** One version of an object. */
export function ObjectPage(): ReactNode {
  const object = useObjectName()
  const { bucket, objectKey } = object
  const crumbs = useObjectCrumbs(bucket, objectKey)
  const { data: detail, error, refetch } = useQuery(objectQuery(object))
  const title = objectKey.slice(foldersOf(objectKey).at(-1)?.length ?? 0)
  return (
    <Page
      title={title === "" ? objectKey : title}
      crumbs={crumbs}
      actions={detail !== undefined && <ObjectActions object={object} detail={detail} />}
    >
      {error !== null && <FailureNote error={error} onRetry={() => void refetch()} />}
      {detail === undefined && error === null && <Skeleton h={260} />}
      {detail !== undefined && (
        <div className={classes["columns"]}>
          <ObjectFacts object={object} detail={detail} />
          <div className={classes["stack"]}>
            <Headers object={object} detail={detail} />
            <PreviewPanel key={`${objectKey} ${detail.versionId}`} object={object} />
          </div>
        </div>
      )}
      <ObjectVersions object={object} />
    </Page>
  )
}
