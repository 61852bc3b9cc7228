import { Button, Checkbox, Stack, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { bucketQuery, type EncryptionChoice } from "../../api/queries.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { EncryptionField } from "../../parts/encryption-field.tsx"
import { formatSize } from "../../parts/formats.ts"
import {
  areStorable,
  isHeaderText,
  MetadataFields,
  metadataOf,
  type MetadataLine,
} from "../../parts/metadata-fields.tsx"
import type { FileWithPath } from "../../uploads/dropped-files.ts"
import { startUploads } from "../../uploads/upload-store.ts"
import classes from "./dialogs.module.css"

interface UploadDialogProps {
  readonly bucket: string
  readonly folder: string
  readonly files: readonly FileWithPath[]
  readonly onClose: () => void
}

/** Asks for the encryption, content type and metadata of the chosen files, and then starts the upload. */
export function UploadDialog({ bucket, folder, files, onClose }: UploadDialogProps): ReactNode {
  const { t } = useTranslation()
  const { data: settings } = useQuery(bucketQuery(bucket))
  const [encryption, setEncryption] = useState<EncryptionChoice>()
  const [overwrite, setOverwrite] = useState(true)
  const [contentType, setContentType] = useState("")
  const [lines, setLines] = useState<readonly MetadataLine[]>([])
  const size = files.reduce((sum, { file }) => sum + file.size, 0)
  const method = settings?.defaultEncryption.method ?? "none"
  const begin = (): void => {
    startUploads(
      files.map(({ file, path }) => ({
        bucket,
        objectKey: `${folder}${path}`,
        file,
        encryption,
        overwrite,
        contentType: contentType.trim() === "" ? undefined : contentType.trim(),
        metadata: metadataOf(lines),
      })),
    )
    onClose()
  }
  return (
    <Dialog onClose={onClose} title={t("uploads.dialogTitle", { count: files.length, bucket })}>
      <Stack gap="sm">
        <p className={classes["lead"]}>
          {t("uploads.dialogSize", { size: formatSize(size), place: `${bucket}/${folder}` })}
        </p>
        <EncryptionField
          label={t("uploads.encryption")}
          value={encryption}
          onChange={setEncryption}
          inherit={t("fields.inherit", { method: t(`parts.encryption.${method}`) })}
        />
        <Checkbox
          label={t("uploads.overwrite")}
          checked={overwrite}
          onChange={(event) => setOverwrite(event.currentTarget.checked)}
        />
        <TextInput
          label={t("uploads.contentType")}
          placeholder={t("uploads.contentTypeOfFile")}
          value={contentType}
          error={isHeaderText(contentType) ? undefined : t("uploads.contentTypeWrong")}
          onChange={(event) => setContentType(event.currentTarget.value)}
        />
        <MetadataFields lines={lines} onChange={setLines} />
        <Button
          onClick={begin}
          disabled={!isHeaderText(contentType) || !areStorable(lines)}
          data-autofocus
        >
          {t("uploads.go")}
        </Button>
      </Stack>
    </Dialog>
  )
}
