import { Button, Skeleton } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { IconCircleCheck, IconCircleOff } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { api, dataOf } from "../../api/client.ts"
import { serverQuery, type Activation } from "../../api/queries.ts"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatTime } from "../../parts/formats.ts"
import { Page } from "../../parts/page.tsx"
import { Note, Panel } from "../../parts/panel.tsx"
import { sayDone } from "../../parts/toasts.tsx"
import classes from "./service.module.css"

function Activate(): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const opening = useMutation({
    mutationFn: async () => await dataOf(api.POST("/api/activation")),
    onSuccess: async () => {
      sayDone(t("activation.done"))
      await client.invalidateQueries()
    },
  })
  return (
    <Panel title={t("activation.stepsTitle")}>
      <ul className={classes["steps"]}>
        <li>{t("activation.step1")}</li>
        <li>{t("activation.step2")}</li>
        <li>{t("activation.step3")}</li>
      </ul>
      {opening.error !== null && <FailureNote error={opening.error} />}
      <Button size="sm" loading={opening.isPending} onClick={() => opening.mutate()}>
        {t("activation.go")}
      </Button>
    </Panel>
  )
}

function Status({ activation }: { readonly activation: Activation }): ReactNode {
  const { t } = useTranslation()
  if (activation.status === "Enabled") {
    const since =
      activation.openedAt === null
        ? t("activation.byOption")
        : t("activation.since", { time: formatTime(activation.openedAt) })
    const go = (
      <Button component={Link} href="/keys" variant="default">
        {t("activation.toKeys")}
      </Button>
    )
    return (
      <Note
        tone="good"
        icon={<IconCircleCheck size={18} />}
        title={t("activation.isOn")}
        actions={go}
      >
        <p>{since}</p>
      </Note>
    )
  }
  if (activation.canOpen) return <Activate />
  return (
    <Note tone="warn" icon={<IconCircleOff size={18} />} title={t("activation.isOff")}>
      <p>{t("activation.offText")}</p>
    </Note>
  )
}

/** Whether the key service is activated, and the button that activates it. */
export function ActivationPage(): ReactNode {
  const { t } = useTranslation()
  const { data: server, error, refetch } = useQuery(serverQuery)
  return (
    <Page title={t("activation.title")} lead={t("activation.lead")}>
      {error !== null && <FailureNote error={error} onRetry={() => void refetch()} />}
      {server === undefined ? (
        error === null && <Skeleton h={160} />
      ) : (
        <Status activation={server.activation} />
      )}
    </Page>
  )
}
