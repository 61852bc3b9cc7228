import { Button, Select, Stack, Switch, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLocation } from "wouter"
import { api, dataOf } from "../../api/client.ts"
import type { Bucket, EncryptionChoice } from "../../api/queries.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { EncryptionField } from "../../parts/encryption-field.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { sayDone } from "../../parts/toasts.tsx"
import { bucketPath } from "../../shell/addresses.ts"

export const ACLS = ["private", "public-read", "public-read-write"] as const

interface DialogProps {
  readonly onClose: () => void
}

function CreateBucketForm({ onClose }: DialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [name, setName] = useState("")
  const [encryption, setEncryption] = useState<EncryptionChoice | undefined>({ method: "none" })
  const [acl, setAcl] = useState<Bucket["acl"]>("private")
  const [keepsVersions, setKeepsVersions] = useState(false)
  const creation = useMutation({
    mutationFn: async () => {
      const body = {
        name,
        acl,
        versioning: keepsVersions ? ("enabled" as const) : ("never" as const),
        ...(encryption === undefined ? {} : { defaultEncryption: encryption }),
      }
      return await dataOf(api.POST("/api/buckets", { body }))
    },
    onSuccess: async (made) => {
      sayDone(t("buckets.createdToast"))
      await client.invalidateQueries({ queryKey: ["buckets"] })
      onClose()
      navigate(bucketPath(made.name))
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        creation.mutate()
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("buckets.name")}
          description={t("buckets.nameHint")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          minLength={3}
          maxLength={63}
          spellCheck={false}
          required
          data-autofocus
        />
        <EncryptionField
          label={t("buckets.encryption")}
          value={encryption}
          onChange={setEncryption}
        />
        <Select
          label={t("buckets.acl")}
          data={ACLS.map((value) => ({ value, label: t(`buckets.acls.${value}`) }))}
          value={acl}
          onChange={(value) => setAcl(ACLS.find((each) => each === value) ?? "private")}
        />
        <Switch
          label={t("buckets.keepVersions")}
          checked={keepsVersions}
          onChange={(event) => setKeepsVersions(event.currentTarget.checked)}
        />
        {creation.error !== null && <FailureNote error={creation.error} />}
        <Button type="submit" loading={creation.isPending}>
          {t("buckets.create")}
        </Button>
      </Stack>
    </form>
  )
}

/** Creates a bucket and opens its page. */
export function CreateBucketDialog({ onClose }: DialogProps): ReactNode {
  const { t } = useTranslation()
  return (
    <Dialog onClose={onClose} title={t("buckets.create")}>
      <CreateBucketForm onClose={onClose} />
    </Dialog>
  )
}
