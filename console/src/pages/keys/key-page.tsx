import { ActionIcon, Button, Group, Skeleton, Textarea } from "@mantine/core"
import { useInterval } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import { IconAlertTriangle, IconInfoCircle, IconPencil } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { api } from "../../api/client.ts"
import { keyQuery, type Key } from "../../api/queries.ts"
import { KeyStateChip } from "../../parts/badges.tsx"
import { Copyable } from "../../parts/copyable.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatDistance, formatDuration, formatTime } from "../../parts/formats.ts"
import { keyLabel } from "../../parts/key-name.tsx"
import { Page } from "../../parts/page.tsx"
import { Facts, Note, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { tryItPath, useLastSegment } from "../../shell/addresses.ts"
import { useKeyChange, useStateChange } from "./changes.ts"
import { ConsequencesDialog } from "./consequences-dialog.tsx"
import { KeyAliases } from "./key-aliases.tsx"
import { KeyTimeline } from "./key-timeline.tsx"
import { KeyUsesPanel } from "./key-uses.tsx"
import classes from "./keys.module.css"

const DAY_SECONDS = 86_400

function Countdown({ until }: { readonly until: string }): ReactNode {
  const { t } = useTranslation()
  const [now, setNow] = useState(() => Date.now())
  useInterval(() => setNow(Date.now()), 1000, { autoInvoke: true })
  const seconds = Math.max(0, (new Date(until).getTime() - now) / 1000)
  const days = Math.floor(seconds / DAY_SECONDS)
  return (
    <span className={classes["countdown"]}>
      {t("keys.remaining", { days, clock: formatDuration(seconds % DAY_SECONDS) })}
    </span>
  )
}

/** What the state of a key means now, and how to change it. */
function StateBanner({ cmk }: { readonly cmk: Key }): ReactNode {
  const { t } = useTranslation()
  const change = useStateChange(cmk.cmkId)
  if (cmk.owner === "service") {
    return (
      <Note tone="accent" icon={<IconInfoCircle size={18} />} title={t("keys.readOnlyTitle")}>
        <p>{t("keys.readOnly")}</p>
      </Note>
    )
  }
  if (cmk.state === "PendingDeletion" && cmk.deletionAt !== null) {
    const cancel = (
      <Button loading={change.isPending} onClick={() => change.mutate({ kind: "cancel-deletion" })}>
        {t("keys.cancelDeletion")}
      </Button>
    )
    return (
      <Note
        tone="bad"
        icon={<IconAlertTriangle size={18} />}
        title={t("keys.pendingTitle", { distance: formatDistance(cmk.deletionAt) })}
        actions={cancel}
      >
        <p>{t("keys.pendingText", { time: formatTime(cmk.deletionAt) })}</p>
        <p>
          <Countdown until={cmk.deletionAt} />
        </p>
      </Note>
    )
  }
  if (cmk.state !== "Disabled") return null
  const enable = (
    <Button loading={change.isPending} onClick={() => change.mutate({ kind: "enable" })}>
      {t("keys.enable")}
    </Button>
  )
  return (
    <Note
      tone="warn"
      icon={<IconAlertTriangle size={18} />}
      title={t("keys.disabledTitle")}
      actions={enable}
    >
      <p>{t("keys.disabledText")}</p>
    </Note>
  )
}

function Description({ cmk }: { readonly cmk: Key }): ReactNode {
  const { t } = useTranslation()
  const [edited, setEdited] = useState<string>()
  const saving = useKeyChange(cmk.cmkId, t("keys.saved"), async (description: string) => {
    const params = { path: { cmkId: cmk.cmkId } }
    await api.PUT("/api/keys/{cmkId}/description", { params, body: { description } })
  })
  if (edited === undefined) {
    return (
      <Group gap="xs" wrap="nowrap">
        <span>{cmk.description === "" ? t("keys.noDescription") : cmk.description}</span>
        {cmk.owner === "user" && (
          <ActionIcon
            size="sm"
            aria-label={t("keys.editDescription")}
            onClick={() => setEdited(cmk.description)}
          >
            <IconPencil size={14} />
          </ActionIcon>
        )}
      </Group>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        saving.mutate(edited, { onSuccess: () => setEdited(undefined) })
      }}
    >
      <Textarea
        aria-label={t("keys.description")}
        value={edited}
        onChange={(event) => setEdited(event.currentTarget.value)}
        maxLength={8192}
        autoFocus
      />
      <Group gap="xs" mt="xs">
        <Button type="submit" loading={saving.isPending}>
          {t("parts.save")}
        </Button>
        <Button variant="default" onClick={() => setEdited(undefined)}>
          {t("parts.cancel")}
        </Button>
      </Group>
    </form>
  )
}

function KeyFacts({ cmk }: { readonly cmk: Key }): ReactNode {
  const { t } = useTranslation()
  const owner =
    cmk.owner === "user"
      ? t("keys.ownerUser")
      : t("keys.ownerService", { service: cmk.service ?? "OSS" })
  return (
    <Panel title={t("keys.facts")}>
      <Facts
        rows={[
          [t("keys.state"), <KeyStateChip key="state" state={cmk.state} />],
          [t("keys.id"), <Copyable key="id" value={cmk.cmkId} of={t("keys.id")} />],
          [t("keys.arn"), <Copyable key="arn" value={cmk.arn} of={t("keys.arn")} />],
          [t("keys.description"), <Description key="description" cmk={cmk} />],
          [t("keys.created"), <Time key="created" at={cmk.createdAt} />],
          [
            t("keys.lastUse"),
            cmk.lastUse.at === null ? (
              t("keys.unusedSince", { time: formatTime(cmk.lastUse.knownSince) })
            ) : (
              <Time key="use" at={cmk.lastUse.at} />
            ),
          ],
          [t("keys.spec"), cmk.spec],
          [t("keys.usage"), cmk.usage],
          [t("keys.origin"), cmk.origin],
          [t("keys.protection"), cmk.protectionLevel],
          [t("keys.owner"), owner],
        ]}
      />
    </Panel>
  )
}

function KeyActions({ cmk }: { readonly cmk: Key }): ReactNode {
  const { t } = useTranslation()
  const [asked, setAsked] = useState<"disable" | "schedule-deletion">()
  const isOurs = cmk.owner === "user"
  const isLive = cmk.state === "Enabled" || cmk.state === "Disabled"
  return (
    <>
      {cmk.state === "Enabled" && (
        <Button component={Link} href={tryItPath(cmk.cmkId)} variant="default">
          {t("keys.tryIt")}
        </Button>
      )}
      {isOurs && cmk.state === "Enabled" && (
        <Button variant="default" onClick={() => setAsked("disable")}>
          {t("keys.disable")}
        </Button>
      )}
      {isOurs && isLive && (
        <Button variant="outline" color="red" onClick={() => setAsked("schedule-deletion")}>
          {t("keys.scheduleDeletion")}
        </Button>
      )}
      {asked !== undefined && (
        <ConsequencesDialog cmk={cmk} kind={asked} onClose={() => setAsked(undefined)} />
      )}
    </>
  )
}

/** One key. */
export function KeyPage(): ReactNode {
  const { t } = useTranslation()
  const cmkId = useLastSegment()
  const { data: cmk, error, refetch } = useQuery(keyQuery(cmkId))
  const crumbs = [{ label: t("shell.nav.keys"), href: "/keys" }]
  if (cmk === undefined) {
    return (
      <Page title={error === null ? t("parts.loading") : cmkId} crumbs={crumbs}>
        {error === null ? (
          <Skeleton h={300} />
        ) : (
          <FailureNote error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    )
  }
  return (
    <Page title={keyLabel(cmk)} crumbs={crumbs} actions={<KeyActions cmk={cmk} />}>
      <StateBanner cmk={cmk} />
      <div className={classes["columns"]}>
        <div className={classes["stack"]}>
          <KeyFacts cmk={cmk} />
          <KeyUsesPanel cmkId={cmk.cmkId} />
        </div>
        <div className={classes["stack"]}>
          <KeyAliases cmk={cmk} />
          <KeyTimeline cmk={cmk} />
        </div>
      </div>
    </Page>
  )
}
