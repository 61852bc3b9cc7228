import { Button, Stack, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, dataOf } from "../../api/client.ts"
import { readBucketAgain, type ObjectDetail } from "../../api/queries.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import {
  areStorable,
  isHeaderText,
  MetadataFields,
  metadataOf,
  type MetadataLine,
} from "../../parts/metadata-fields.tsx"
import { sayDone } from "../../parts/toasts.tsx"
import classes from "./dialogs.module.css"

const META_PREFIX = "x-oss-meta-"
/** Metadata of client-side encryption. The server keeps it. */
const CLIENT_ENCRYPTION = `${META_PREFIX}client-side-encryption-`

const HEADERS = [
  ["content-type", "Content-Type"],
  ["cache-control", "Cache-Control"],
  ["content-disposition", "Content-Disposition"],
  ["content-encoding", "Content-Encoding"],
  ["content-language", "Content-Language"],
  ["expires", "Expires"],
] as const

type Headers = Readonly<Record<string, string>>

function metadataLines(headers: Headers): readonly MetadataLine[] {
  return Object.entries(headers)
    .filter(([name]) => name.startsWith(META_PREFIX) && !name.startsWith(CLIENT_ENCRYPTION))
    .map(([name, value]) => ({ name: name.slice(META_PREFIX.length), value }))
}

async function save(
  bucket: string,
  { objectKey, etag }: ObjectDetail,
  headers: Headers,
  lines: readonly MetadataLine[],
): Promise<void> {
  const named = HEADERS.map(([name]) => [name, headers[name] ?? ""] as const)
  const metadata = Object.entries(metadataOf(lines))
  const changed = Object.fromEntries([
    ...named.filter(([, value]) => value !== ""),
    ...metadata.map(([name, value]) => [`${META_PREFIX}${name}`, value] as const),
  ])
  const params = { path: { bucket } }
  const body = { objectKey, etag, headers: changed }
  await dataOf(api.PUT("/api/buckets/{bucket}/object/headers", { params, body }))
}

interface HeadersDialogProps {
  readonly bucket: string
  /** The newest version. */
  readonly detail: ObjectDetail
  readonly onClose: () => void
}

/** Changes the stored headers and metadata of an object. */
export function HeadersDialog({ bucket, detail, onClose }: HeadersDialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const before: Headers = Object.fromEntries(
    detail.headers.map(({ name, value }) => [name, value] as const),
  )
  const [headers, setHeaders] = useState(before)
  const [lines, setLines] = useState(() => metadataLines(before))
  const isKnown = ({ name, value }: MetadataLine): boolean =>
    before[`${META_PREFIX}${name}`] === value
  const isRight = (name: string): boolean =>
    isHeaderText(headers[name] ?? "") || headers[name] === before[name]
  const changing = useMutation({
    mutationFn: async () => await save(bucket, detail, headers, lines),
    onSuccess: async () => {
      sayDone(t("objects.headersDialog.done"))
      onClose()
      await readBucketAgain(client, bucket)
    },
  })
  const canSave = HEADERS.every(([name]) => isRight(name)) && areStorable(lines, isKnown)
  return (
    <Dialog onClose={onClose} title={t("objects.headersDialog.title", { name: detail.objectKey })}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          changing.mutate()
        }}
      >
        <Stack gap="sm">
          <p className={classes["lead"]}>{t("objects.headersDialog.lead")}</p>
          {detail.type === "Appendable" && (
            <p className={classes["lead"]}>{t("objects.headersDialog.appendable")}</p>
          )}
          {HEADERS.map(([name, label]) => (
            <TextInput
              key={name}
              label={label}
              value={headers[name] ?? ""}
              error={isRight(name) ? undefined : t("metadata.wrongValue")}
              onChange={(event) => setHeaders({ ...headers, [name]: event.currentTarget.value })}
            />
          ))}
          <MetadataFields lines={lines} onChange={setLines} isKnown={isKnown} />
          {changing.error !== null && <FailureNote error={changing.error} />}
          <Button type="submit" loading={changing.isPending} disabled={!canSave}>
            {t("parts.save")}
          </Button>
        </Stack>
      </form>
    </Dialog>
  )
}
