import { Button, NumberInput, Skeleton, Stack, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { dependantsQuery, type Key } from "../../api/queries.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { formatDistance, formatSize } from "../../parts/formats.ts"
import { keyLabel } from "../../parts/key-name.tsx"
import { Note } from "../../parts/panel.tsx"
import { useStateChange } from "./changes.ts"
import { BucketsUnder } from "./key-uses.tsx"
import classes from "./keys.module.css"

type Kind = "disable" | "schedule-deletion"

function Consequences({ cmkId, kind }: { readonly cmkId: string; readonly kind: Kind }): ReactNode {
  const { t } = useTranslation()
  const { data, error } = useQuery(dependantsQuery(cmkId))
  if (error !== null) return <FailureNote error={error} />
  if (data === undefined) return <Skeleton h={90} />
  const { uses, lastUse } = data
  const lines = [
    uses.objectVersions > 0 &&
      t("keys.dialog.readsFail", {
        count: uses.objectVersions,
        size: formatSize(uses.objectBytes),
      }),
    uses.uploads > 0 && t("keys.dialog.uploadsFail", { count: uses.uploads }),
    uses.defaultOfBuckets > 0 && t("keys.dialog.bucketsFail", { count: uses.defaultOfBuckets }),
  ].filter((line) => line !== false)
  const lead = kind === "disable" ? t("keys.dialog.disableLead") : t("keys.dialog.deleteLead")
  return (
    <Note tone={lines.length > 0 ? "bad" : "neutral"} title={lead}>
      <ul className={classes["consequences"]}>
        {(lines.length > 0 ? lines : [t("keys.dialog.nothing")]).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {lastUse.at !== null && (
        <p>{t("keys.dialog.lastUsed", { distance: formatDistance(lastUse.at) })}</p>
      )}
      {kind === "schedule-deletion" && <p>{t("keys.dialog.destroyed")}</p>}
      {data.buckets.length > 0 && <BucketsUnder dependants={data} />}
    </Note>
  )
}

interface DialogProps {
  readonly cmk: Key
  readonly kind: Kind
  readonly onClose: () => void
}

function ConsequencesForm({ cmk, kind, onClose }: DialogProps): ReactNode {
  const { t } = useTranslation()
  const [typed, setTyped] = useState("")
  const [windowDays, setWindowDays] = useState<number | string>(30)
  const change = useStateChange(cmk.cmkId)
  const name = keyLabel(cmk)
  const isDeletion = kind === "schedule-deletion"
  const isRight = typed.trim() === name && (!isDeletion || typeof windowDays === "number")
  const submit = (): void => {
    if (!isRight) return
    const wanted = isDeletion ? { kind, windowDays: Number(windowDays) } : { kind }
    change.mutate(wanted, { onSuccess: (key) => key !== undefined && onClose() })
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack gap="sm">
        <Consequences cmkId={cmk.cmkId} kind={kind} />
        {isDeletion && (
          <NumberInput
            label={t("keys.dialog.waiting")}
            value={windowDays}
            onChange={setWindowDays}
            min={7}
            max={366}
            allowDecimal={false}
          />
        )}
        <TextInput
          label={t("keys.dialog.confirm", { text: name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Button type="submit" color="red" disabled={!isRight} loading={change.isPending}>
          {isDeletion ? t("keys.dialog.schedule") : t("keys.dialog.disable")}
        </Button>
      </Stack>
    </form>
  )
}

/** States what will fail before a key is disabled or its deletion is scheduled, and asks for the key's name. */
export function ConsequencesDialog(props: DialogProps): ReactNode {
  const { t } = useTranslation()
  const name = keyLabel(props.cmk)
  const title =
    props.kind === "disable"
      ? t("keys.dialog.disableTitle", { name })
      : t("keys.dialog.deleteTitle", { name })
  return (
    <Dialog onClose={props.onClose} title={title} size="lg">
      <ConsequencesForm {...props} />
    </Dialog>
  )
}
