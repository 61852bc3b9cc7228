import { Button, Modal, Skeleton, Stack } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { IconAlertTriangle, IconCircleCheck, IconKey, IconLockAccess } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api, dataOf } from "../../api/client.ts"
import type { components } from "../../api/schema.ts"
import { rootOfTrustQuery, serverQuery } from "../../api/queries.ts"
import { CodeBlock } from "../../parts/copyable.tsx"
import { DataTable } from "../../parts/data-table.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { Page } from "../../parts/page.tsx"
import { Facts, Note, Panel } from "../../parts/panel.tsx"
import { withFreshProof } from "../../parts/proof-dialog.tsx"
import { sayFailed } from "../../parts/toasts.tsx"
import { Envelope } from "../stored/envelope.tsx"
import { JobsPanel } from "./jobs-panel.tsx"
import classes from "./service.module.css"

type RootOfTrust = components["schemas"]["RootOfTrust"]

function RecoveryCode({ root }: { readonly root: RootOfTrust }): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [code, setCode] = useState<string>()
  const making = useMutation({
    mutationFn: async () =>
      await withFreshProof(async () => await dataOf(api.POST("/api/root-of-trust/recovery-code"))),
    onSuccess: async (made) => {
      setCode(made?.code)
      await client.invalidateQueries({ queryKey: rootOfTrustQuery.queryKey })
      await client.invalidateQueries({ queryKey: ["overview"] })
    },
    onError: (error) => sayFailed(error),
  })
  const { data: server } = useQuery(serverQuery)
  if (server?.canCreateRecoveryCode !== true) return null
  const { hasRecoveryCode } = root
  const button = (
    <Button
      variant={hasRecoveryCode ? "default" : "filled"}
      loading={making.isPending}
      onClick={() => making.mutate()}
    >
      {hasRecoveryCode ? t("root.makeAgain") : t("root.make")}
    </Button>
  )
  return (
    <>
      <Note
        tone={hasRecoveryCode ? "good" : "warn"}
        icon={hasRecoveryCode ? <IconCircleCheck size={18} /> : <IconAlertTriangle size={18} />}
        title={t("root.recovery")}
        actions={button}
      >
        <p>{hasRecoveryCode ? t("root.recoveryYes") : t("root.recoveryNo")}</p>
      </Note>
      <Modal
        opened={code !== undefined}
        onClose={() => setCode(undefined)}
        title={t("root.codeTitle")}
        closeOnClickOutside={false}
        withCloseButton={false}
      >
        <Stack gap="sm">
          <p className={classes["soft"]}>{t("root.codeLead")}</p>
          <CodeBlock text={code ?? ""} label={t("root.codeLabel")} />
          <Button onClick={() => setCode(undefined)}>{t("root.codeKept")}</Button>
        </Stack>
      </Modal>
    </>
  )
}

function RootFacts({ root }: { readonly root: RootOfTrust }): ReactNode {
  const { t } = useTranslation()
  return (
    <Panel title={t("shell.nav.rootOfTrust")}>
      <p className={classes["soft"]}>{t(`root.providerHints.${root.provider}`)}</p>
      <Facts
        rows={[
          [t("root.provider"), t(`root.providers.${root.provider}`)],
          [t("root.id"), root.rootKeyId === null ? t("parts.none") : <code>{root.rootKeyId}</code>],
          [t("root.check"), t(`root.checks.${root.keyCheck}`)],
        ]}
      />
    </Panel>
  )
}

function Wraps({ root }: { readonly root: RootOfTrust }): ReactNode {
  const { t } = useTranslation()
  if (root.wraps.length === 0) return null
  return (
    <Panel title={t("root.wraps")} flush>
      <DataTable
        label={t("root.wraps")}
        columns={[
          {
            name: "kind",
            heading: t("root.kind"),
            cell: ({ provider }) => t(`root.providers.${provider}`),
          },
          { name: "wrap", heading: t("root.wrapId"), cell: ({ wrapId }) => <code>{wrapId}</code> },
        ]}
        rows={root.wraps}
        rowName={({ wrapId }) => wrapId}
      />
    </Panel>
  )
}

function Drawing({ root }: { readonly root: RootOfTrust }): ReactNode {
  const { t } = useTranslation()
  return (
    <Panel title={t("root.drawing")}>
      <Envelope
        boxes={[
          {
            kind: "unlock",
            icon: <IconLockAccess size={16} />,
            title: t("stored.unlock"),
            children: <p>{t(`stored.unlocks.${root.provider}`)}</p>,
            does: t("stored.opens"),
          },
          {
            kind: "key",
            icon: <IconKey size={16} />,
            title: t("stored.rootKey"),
            children: <p>{t("stored.rootKeyText")}</p>,
            does: t("stored.wraps"),
          },
          {
            kind: "key",
            icon: <IconKey size={16} />,
            title: `${t("stored.cmk")} · ${t("stored.bucketKey")}`,
            children: <p>{t("keys.lead")}</p>,
          },
        ]}
      />
    </Panel>
  )
}

/** Where the root key is kept, and what to do about it. */
export function RootOfTrustPage(): ReactNode {
  const { t } = useTranslation()
  const { data: root, error, refetch } = useQuery(rootOfTrustQuery)
  return (
    <Page title={t("shell.nav.rootOfTrust")} lead={t("root.lead")}>
      {error !== null && <FailureNote error={error} onRetry={() => void refetch()} />}
      {root === undefined && error === null && <Skeleton h={300} />}
      {root !== undefined && (
        <>
          <RecoveryCode root={root} />
          <div className={classes["columns"]}>
            <div className={classes["stack"]}>
              <RootFacts root={root} />
              <Wraps root={root} />
            </div>
            <Drawing root={root} />
          </div>
        </>
      )}
      <JobsPanel />
    </Page>
  )
}
