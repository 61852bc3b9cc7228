import { Select, Textarea } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { usableKeysQuery } from "../../api/queries.ts"
import { keyLabel } from "../../parts/key-name.tsx"
import { Note } from "../../parts/panel.tsx"

interface FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A choice among the enabled keys. */
export function KeyField({ value, onChange }: FieldProps): ReactNode {
  const { t } = useTranslation()
  const { data } = useQuery(usableKeysQuery)
  if (data?.items.length === 0) return <Note tone="warn">{t("tryIt.noKeys")}</Note>
  const choices = (data?.items ?? []).map((key) => ({ value: key.cmkId, label: keyLabel(key) }))
  return (
    <Select
      label={t("tryIt.key")}
      data={choices}
      value={value === "" ? null : value}
      onChange={(chosen) => onChange(chosen ?? "")}
      searchable
      required
    />
  )
}

type Context = Readonly<Record<string, string>>

/** Lines of name=value; undefined for none; null when a line is malformed. */
export function parseContext(text: string): Context | undefined | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "")
  if (lines.length === 0) return undefined
  const pairs = lines.map((line) => /^([^=]+)=(.*)$/.exec(line.trim()))
  const entries = pairs.flatMap((pair) => (pair === null ? [] : [[pair[1] ?? "", pair[2] ?? ""]]))
  return entries.length === lines.length ? (Object.fromEntries(entries) as Context) : null
}

export function ContextField({ value, onChange }: FieldProps): ReactNode {
  const { t } = useTranslation()
  return (
    <Textarea
      label={t("tryIt.context")}
      description={t("tryIt.contextHint")}
      error={parseContext(value) === null ? t("tryIt.contextWrong") : undefined}
      placeholder="purpose=demo"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      spellCheck={false}
      rows={2}
    />
  )
}
