import { Button, Progress, Skeleton } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { api } from "../../api/client.ts"
import { healthQuery, overviewQuery, type Attention, type Overview } from "../../api/queries.ts"
import { Chip, type Tone } from "../../parts/chip.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatNumber, formatSize } from "../../parts/formats.ts"
import { KeyStateChip } from "../../parts/badges.tsx"
import { shortAlias } from "../../parts/key-name.tsx"
import { Page } from "../../parts/page.tsx"
import { Note, Panel } from "../../parts/panel.tsx"
import { Time } from "../../parts/time.tsx"
import { sayDone, sayFailed } from "../../parts/toasts.tsx"
import { keyPath } from "../../shell/addresses.ts"
import { Traffic } from "./traffic.tsx"
import classes from "./overview.module.css"

const SEVERITY_TONES: Readonly<Record<Attention["severity"], Tone>> = {
  info: "neutral",
  warning: "warn",
  critical: "bad",
}

/** The page where this can be dealt with; undefined where there is none. */
function remedyPath({ code, cmkId }: Attention): string | undefined {
  if (cmkId !== null) return keyPath(cmkId)
  if (code === "KmsNotEnabled") return "/activation"
  if (code === "NoRecoveryCode") return "/root-of-trust"
  return undefined
}

/** For what has no page where it can be dealt with: the operator says that it was. */
function AcknowledgeButton(): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const acknowledging = useMutation({
    mutationFn: async () => await api.POST("/api/damage/acknowledge"),
    onSuccess: async () => {
      sayDone(t("overview.acknowledged"))
      await client.invalidateQueries(overviewQuery)
    },
    onError: sayFailed,
  })
  return (
    <Button
      variant="default"
      loading={acknowledging.isPending}
      onClick={() => acknowledging.mutate()}
    >
      {t("overview.acknowledge")}
    </Button>
  )
}

function AttentionNote({ item }: { readonly item: Attention }): ReactNode {
  const { t } = useTranslation()
  const href = remedyPath(item)
  const name = item.alias === null ? (item.cmkId ?? "") : shortAlias(item.alias)
  const Icon = item.severity === "info" ? IconInfoCircle : IconAlertTriangle
  return (
    <Note
      tone={SEVERITY_TONES[item.severity]}
      icon={<Icon size={18} aria-hidden />}
      title={t(`overview.attention.${item.code}`, { name, count: item.count ?? 0 })}
      actions={
        href !== undefined ? (
          <Button component={Link} href={href} variant="default">
            {t("overview.open")}
          </Button>
        ) : (
          item.code === "DataDamaged" && <AcknowledgeButton />
        )
      }
    >
      {item.code === "DataDamaged" && t("overview.acknowledgeHint")}
      {item.at !== null && <Time at={item.at} />}
    </Note>
  )
}

function NeedsAttention({ items }: { readonly items: readonly Attention[] }): ReactNode {
  const { t } = useTranslation()
  if (items.length === 0) {
    return (
      <Note tone="good" icon={<IconCircleCheck size={18} aria-hidden />}>
        {t("overview.allGood")}
      </Note>
    )
  }
  return (
    <div className={classes["attention"]}>
      {items.map((item) => (
        <AttentionNote key={`${item.code} ${item.cmkId ?? ""} ${item.at ?? ""}`} item={item} />
      ))}
    </div>
  )
}

function Tile({
  name,
  value,
  hint,
}: {
  readonly name: string
  readonly value: ReactNode
  readonly hint?: ReactNode
}): ReactNode {
  return (
    <div className={classes["tile"]}>
      <dt>{name}</dt>
      <dd>
        {value}
        {hint !== undefined && <small>{hint}</small>}
      </dd>
    </div>
  )
}

function Tiles({ overview }: { readonly overview: Overview }): ReactNode {
  const { t } = useTranslation()
  const health = useQuery(healthQuery)
  const disk = health.data?.disk ?? undefined
  const keys = overview.keysByState.reduce((sum, { count }) => sum + count, 0)
  return (
    <dl className={classes["tiles"]}>
      <Tile
        name={t("overview.health")}
        value={health.data === undefined ? "…" : t(`overview.status.${health.data.status}`)}
        hint={
          health.data?.checks.find(({ status }) => status !== "ok")?.message ??
          t("overview.healthHint")
        }
      />
      <Tile
        name={t("overview.stored")}
        value={formatSize(overview.objectBytes)}
        hint={
          disk === undefined
            ? t("overview.inMemory")
            : t("overview.free", { size: formatSize(disk.freeBytes) })
        }
      />
      <Tile
        name={t("overview.objects")}
        value={formatNumber(overview.objectVersions)}
        hint={t("overview.uploads", { count: overview.uploads })}
      />
      <Tile name={t("overview.buckets")} value={formatNumber(overview.buckets)} />
      <Tile
        name={t("overview.keys")}
        value={formatNumber(keys)}
        hint={t("overview.serviceKeys", { count: overview.serviceKeys })}
      />
    </dl>
  )
}

function Shares({ overview }: { readonly overview: Overview }): ReactNode {
  const { t } = useTranslation()
  const all = Math.max(1, overview.objectVersions)
  return (
    <div className={classes["columns"]}>
      <Panel title={t("overview.byEncryption")}>
        <ul className={classes["bars"]}>
          {overview.byEncryption.map(({ method, objectVersions, objectBytes }) => (
            <li key={method}>
              <div className={classes["barHead"]}>
                <span>{t(`parts.encryption.${method}`)}</span>
                <span>
                  {formatNumber(objectVersions)} · {formatSize(objectBytes)}
                </span>
              </div>
              <Progress
                value={(100 * objectVersions) / all}
                size="sm"
                aria-label={t(`parts.encryption.${method}`)}
              />
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("overview.keysByState")}>
        <ul className={classes["bars"]}>
          {overview.keysByState.map(({ state, count }) => (
            <li key={state} className={classes["barHead"]}>
              <KeyStateChip state={state} />
              <Link href={`/keys?state=${state}`}>{formatNumber(count)}</Link>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  )
}

/** What the store contains, its health, and what needs attention. */
export function OverviewPage(): ReactNode {
  const { t } = useTranslation()
  const { data: overview, error, refetch } = useQuery(overviewQuery)
  const health = useQuery(healthQuery)
  const status = health.data?.status
  const chip = status !== undefined && (
    <Chip tone={status === "ok" ? "good" : "bad"}>{t(`overview.status.${status}`)}</Chip>
  )
  return (
    <Page title={t("shell.nav.overview")} actions={chip}>
      {error !== null && <FailureNote error={error} onRetry={() => void refetch()} />}
      {overview === undefined ? (
        error === null && <Skeleton h={280} />
      ) : (
        <>
          <NeedsAttention items={overview.attention} />
          <Tiles overview={overview} />
          <Shares overview={overview} />
        </>
      )}
      <Traffic />
    </Page>
  )
}
