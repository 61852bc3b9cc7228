import { Button, Stack } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, dataOf } from "../../api/client.ts"
import { bucketQuery, readBucketAgain } from "../../api/queries.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { Note } from "../../parts/panel.tsx"
import { sayDone } from "../../parts/toasts.tsx"
import { deletionOf, entryId, type NamedEntry } from "./entries.ts"
import classes from "./dialogs.module.css"

const SHOWN = 20
/** The most that one request may name. */
const BATCH = 1000

async function deleteAll(bucket: string, entries: readonly NamedEntry[]): Promise<void> {
  const params = { path: { bucket } }
  for (let start = 0; start < entries.length; start += BATCH) {
    const objects = entries.slice(start, start + BATCH).map(deletionOf)
    await dataOf(api.POST("/api/buckets/{bucket}/objects/delete", { params, body: { objects } }))
  }
}

interface DeleteDialogProps {
  readonly bucket: string
  readonly entries: readonly NamedEntry[]
  readonly onClose: () => void
  readonly onDeleted: () => void
}

/** Explains what deleting means in this bucket, and deletes. */
export function DeleteDialog(props: DeleteDialogProps): ReactNode {
  const { bucket, entries, onClose, onDeleted } = props
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data: settings } = useQuery(bucketQuery(bucket))
  const keepsVersions = settings !== undefined && settings.versioning !== "never"
  const hasVersions = entries.some((each) => each.kind !== "object")
  const deletion = useMutation({
    mutationFn: async () => await deleteAll(bucket, entries),
    onSuccess: () => {
      sayDone(t("objects.deleteDialog.done", { count: entries.length }))
      onDeleted()
    },
    onSettled: async () => await readBucketAgain(client, bucket),
  })
  const consequence = hasVersions
    ? t("objects.deleteDialog.forGood")
    : keepsVersions
      ? t("objects.deleteDialog.marker")
      : t("objects.deleteDialog.gone")
  return (
    <Dialog onClose={onClose} title={t("objects.deleteDialog.title", { count: entries.length })}>
      <Stack gap="sm">
        <Note tone={hasVersions || !keepsVersions ? "bad" : "warn"}>{consequence}</Note>
        <ul className={classes["names"]}>
          {entries.slice(0, SHOWN).map((entry) => (
            <li key={entryId(entry)}>{entry.objectKey}</li>
          ))}
        </ul>
        {entries.length > SHOWN && (
          <span>{t("objects.deleteDialog.more", { count: entries.length - SHOWN })}</span>
        )}
        {deletion.error !== null && <FailureNote error={deletion.error} />}
        <Button
          color="red"
          loading={deletion.isPending}
          onClick={() => deletion.mutate()}
          data-autofocus
        >
          {t("objects.deleteDialog.go")}
        </Button>
      </Stack>
    </Dialog>
  )
}
