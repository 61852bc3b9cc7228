import { Button, Checkbox, Select, Stack, TextInput } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, dataOf } from "../../api/client.ts"
import {
  bucketsQuery,
  readBucketAgain,
  type EncryptionChoice,
  type ObjectName,
} from "../../api/queries.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { EncryptionField } from "../../parts/encryption-field.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { sayDone } from "../../parts/toasts.tsx"
import classes from "./dialogs.module.css"

interface CopyDialogProps {
  readonly object: ObjectName
  readonly onClose: () => void
}

interface Target {
  readonly toBucket: string
  readonly toObjectKey: string
  readonly overwrite: boolean
  readonly encryption: EncryptionChoice | undefined
}

async function copy({ bucket, objectKey, versionId }: ObjectName, target: Target): Promise<void> {
  const { encryption, ...rest } = target
  const params = { path: { bucket } }
  const body = {
    objectKey,
    ...rest,
    ...(versionId === undefined ? {} : { versionId }),
    ...(encryption === undefined ? {} : { encryption }),
  }
  await dataOf(api.POST("/api/buckets/{bucket}/object/copy", { params, body }))
}

/** Copies an object, or re-encrypts it under its own name. */
export function CopyDialog({ object, onClose }: CopyDialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const buckets = useInfiniteQuery(bucketsQuery(""))
  const names = buckets.data?.pages.flatMap((page) => page.items.map(({ name }) => name)) ?? []
  const [target, setTarget] = useState<Target>({
    toBucket: object.bucket,
    toObjectKey: object.objectKey,
    overwrite: false,
    encryption: undefined,
  })
  const change = (changed: Partial<Target>): void => setTarget({ ...target, ...changed })
  const copying = useMutation({
    mutationFn: async () => await copy(object, target),
    onSuccess: async () => {
      sayDone(t("objects.copyDialog.done"))
      onClose()
      await readBucketAgain(client, target.toBucket)
    },
  })
  return (
    <Dialog onClose={onClose} title={t("objects.copyDialog.title", { name: object.objectKey })}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          copying.mutate()
        }}
      >
        <Stack gap="sm">
          <p className={classes["lead"]}>{t("objects.copyDialog.lead")}</p>
          <Select
            label={t("objects.copyDialog.bucket")}
            data={[...new Set([object.bucket, ...names])]}
            value={target.toBucket}
            onChange={(toBucket) => toBucket !== null && change({ toBucket })}
            searchable
          />
          <TextInput
            label={t("objects.copyDialog.name")}
            value={target.toObjectKey}
            onChange={(event) => change({ toObjectKey: event.currentTarget.value })}
            required
          />
          <EncryptionField
            label={t("objects.copyDialog.encryption")}
            value={target.encryption}
            onChange={(encryption) => change({ encryption })}
            inherit={t("fields.inherit", { method: target.toBucket })}
          />
          <Checkbox
            label={t("objects.copyDialog.overwrite")}
            checked={target.overwrite}
            onChange={(event) => change({ overwrite: event.currentTarget.checked })}
          />
          {copying.error !== null && <FailureNote error={copying.error} />}
          <Button type="submit" loading={copying.isPending}>
            {t("objects.copyDialog.go")}
          </Button>
        </Stack>
      </form>
    </Dialog>
  )
}
