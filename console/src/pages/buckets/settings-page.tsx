import { Button, Group, Select, Skeleton, TextInput } from "@mantine/core"
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
} from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLocation, useParams } from "wouter"
import { api, dataOf } from "../../api/client.ts"
import { bucketQuery, type Bucket, type EncryptionChoice } from "../../api/queries.ts"
import { EncryptionField } from "../../parts/encryption-field.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { Page } from "../../parts/page.tsx"
import { Panel } from "../../parts/panel.tsx"
import { sayDone, sayFailed } from "../../parts/toasts.tsx"
import { BucketStatistics } from "./bucket-statistics.tsx"
import { BucketTabs } from "./bucket-tabs.tsx"
import { ACLS } from "./create-bucket-dialog.tsx"
import classes from "./buckets.module.css"

interface PanelProps {
  readonly bucket: Bucket
}

function useSetting<Input>(
  { name }: Bucket,
  done: string,
  act: (input: Input) => Promise<Bucket>,
): UseMutationResult<Bucket, Error, Input> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async (changed) => {
      client.setQueryData(bucketQuery(name).queryKey, changed)
      sayDone(done)
      await client.invalidateQueries({ queryKey: ["buckets"] })
    },
    onError: (error) => sayFailed(error),
  })
}

function EncryptionPanel({ bucket }: PanelProps): ReactNode {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<EncryptionChoice | undefined>(bucket.defaultEncryption)
  const params = { path: { bucket: bucket.name } }
  const saving = useSetting(bucket, t("buckets.encryptionSaved"), async (body: EncryptionChoice) =>
    dataOf(api.PUT("/api/buckets/{bucket}/encryption", { params, body })),
  )
  return (
    <Panel title={t("buckets.encryption")}>
      <form
        className={classes["stack"]}
        onSubmit={(event) => {
          event.preventDefault()
          if (chosen !== undefined) saving.mutate(chosen)
        }}
      >
        <p className={classes["soft"]}>{t("buckets.encryptionLead")}</p>
        <EncryptionField label={t("buckets.encryption")} value={chosen} onChange={setChosen} />
        <Group>
          <Button type="submit" loading={saving.isPending}>
            {t("parts.save")}
          </Button>
        </Group>
      </form>
    </Panel>
  )
}

function AclPanel({ bucket }: PanelProps): ReactNode {
  const { t } = useTranslation()
  const params = { path: { bucket: bucket.name } }
  const saving = useSetting(bucket, t("buckets.aclSaved"), async (acl: Bucket["acl"]) =>
    dataOf(api.PUT("/api/buckets/{bucket}/acl", { params, body: { acl } })),
  )
  const [chosen, setChosen] = useState(bucket.acl)
  return (
    <Panel title={t("buckets.acl")}>
      <form
        className={classes["stack"]}
        onSubmit={(event) => {
          event.preventDefault()
          saving.mutate(chosen)
        }}
      >
        <p className={classes["soft"]}>{t("buckets.aclLead")}</p>
        <Select
          label={t("buckets.acl")}
          data={ACLS.map((value) => ({ value, label: t(`buckets.acls.${value}`) }))}
          value={chosen}
          onChange={(value) => setChosen(ACLS.find((each) => each === value) ?? bucket.acl)}
        />
        <Group>
          <Button type="submit" variant="default" loading={saving.isPending}>
            {t("parts.save")}
          </Button>
        </Group>
      </form>
    </Panel>
  )
}

function VersioningPanel({ bucket }: PanelProps): ReactNode {
  const { t } = useTranslation()
  const params = { path: { bucket: bucket.name } }
  const next = bucket.versioning === "enabled" ? "suspended" : "enabled"
  const saving = useSetting(bucket, t("buckets.versioningSaved"), async () =>
    dataOf(api.PUT("/api/buckets/{bucket}/versioning", { params, body: { versioning: next } })),
  )
  const names = {
    never: t("buckets.keepVersions"),
    enabled: t("buckets.suspend"),
    suspended: t("buckets.keepAgain"),
  }
  return (
    <Panel title={t("buckets.versioning")}>
      <div className={classes["stack"]}>
        <p className={classes["soft"]}>{t("buckets.versioningLead")}</p>
        <strong>{t(`buckets.versionings.${bucket.versioning}`)}</strong>
        <Group>
          <Button
            variant="default"
            loading={saving.isPending}
            onClick={() => saving.mutate(undefined)}
          >
            {names[bucket.versioning]}
          </Button>
        </Group>
      </div>
    </Panel>
  )
}

function DeletePanel({ bucket }: PanelProps): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [typed, setTyped] = useState("")
  const deletion = useMutation({
    mutationFn: async () => {
      await api.DELETE("/api/buckets/{bucket}", { params: { path: { bucket: bucket.name } } })
    },
    onSuccess: async () => {
      sayDone(t("buckets.deletedToast"))
      navigate("/buckets")
      await client.invalidateQueries({ queryKey: ["buckets"] })
    },
  })
  return (
    <Panel title={t("buckets.delete")}>
      <form
        className={classes["stack"]}
        onSubmit={(event) => {
          event.preventDefault()
          deletion.mutate()
        }}
      >
        <p className={classes["soft"]}>{t("buckets.deleteLead")}</p>
        <TextInput
          label={t("buckets.deleteConfirm", { text: bucket.name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
        {deletion.error !== null && <FailureNote error={deletion.error} />}
        <Group>
          <Button
            type="submit"
            color="red"
            disabled={typed !== bucket.name}
            loading={deletion.isPending}
          >
            {t("buckets.delete")}
          </Button>
        </Group>
      </form>
    </Panel>
  )
}

/** The settings of a bucket, default encryption first. */
export function SettingsPage(): ReactNode {
  const { t } = useTranslation()
  const { bucket: name = "" } = useParams()
  const { data: bucket, error, refetch } = useQuery(bucketQuery(name))
  return (
    <Page
      title={t("buckets.settingsTitle", { bucket: name })}
      crumbs={[{ label: t("shell.nav.buckets"), href: "/buckets" }]}
    >
      <BucketTabs bucket={name} current="settings" />
      {error !== null && <FailureNote error={error} onRetry={() => void refetch()} />}
      {bucket === undefined && error === null && <Skeleton h={260} />}
      {bucket !== undefined && (
        <div className={classes["settings"]}>
          <EncryptionPanel bucket={bucket} />
          <BucketStatistics bucket={name} />
          <AclPanel bucket={bucket} />
          <VersioningPanel bucket={bucket} />
          <DeletePanel bucket={bucket} />
        </div>
      )}
    </Page>
  )
}
