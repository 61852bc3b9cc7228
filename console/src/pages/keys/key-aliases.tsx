import { ActionIcon, Button, Group, Select, Stack, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { IconArrowRight, IconTrash } from "@tabler/icons-react"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { api } from "../../api/client.ts"
import { usableKeysQuery, type Key } from "../../api/queries.ts"
import { Copy } from "../../parts/copyable.tsx"
import { Dialog } from "../../parts/dialog.tsx"
import { keyLabel } from "../../parts/key-name.tsx"
import { Panel } from "../../parts/panel.tsx"
import { useKeyChange } from "./changes.ts"
import { fullAlias } from "./create-key-dialog.tsx"
import classes from "./keys.module.css"

interface MoveDialogProps {
  readonly cmk: Key
  readonly aliasName: string
  readonly onClose: () => void
}

function MoveAliasDialog({ cmk, aliasName, onClose }: MoveDialogProps): ReactNode {
  const { t } = useTranslation()
  const [target, setTarget] = useState<string | null>(null)
  const { data } = useQuery(usableKeysQuery)
  const others = (data?.items ?? []).filter(
    (each) => each.cmkId !== cmk.cmkId && each.owner === "user",
  )
  const move = useKeyChange(cmk.cmkId, t("keys.aliasMoved"), async (cmkId: string) => {
    const params = { path: { aliasName } }
    await api.PUT("/api/aliases/{aliasName}", { params, body: { cmkId } })
  })
  return (
    <Dialog onClose={onClose} title={t("keys.moveTitle")}>
      <Stack gap="sm">
        <p>{t("keys.moveText")}</p>
        <Select
          label={t("keys.moveTo")}
          data={others.map((each) => ({ value: each.cmkId, label: keyLabel(each) }))}
          value={target}
          onChange={setTarget}
          searchable
        />
        <Button
          disabled={target === null}
          loading={move.isPending}
          onClick={() => target !== null && move.mutate(target, { onSuccess: onClose })}
        >
          {t("keys.move")}
        </Button>
      </Stack>
    </Dialog>
  )
}

function AliasLine({
  cmk,
  aliasName,
}: {
  readonly cmk: Key
  readonly aliasName: string
}): ReactNode {
  const { t } = useTranslation()
  const [isMoving, setMoving] = useState(false)
  const deletion = useKeyChange(cmk.cmkId, t("keys.aliasDeleted"), async () => {
    await api.DELETE("/api/aliases/{aliasName}", { params: { path: { aliasName } } })
  })
  const isOurs = cmk.owner === "user"
  return (
    <li>
      <code>{aliasName}</code>
      <Copy value={aliasName} of={aliasName} />
      {isOurs && (
        <>
          <ActionIcon
            aria-label={t("keys.moveAlias", { alias: aliasName })}
            title={t("keys.moveAlias", { alias: aliasName })}
            onClick={() => setMoving(true)}
          >
            <IconArrowRight size={15} />
          </ActionIcon>
          <ActionIcon
            aria-label={t("keys.deleteAlias", { alias: aliasName })}
            title={t("keys.deleteAlias", { alias: aliasName })}
            loading={deletion.isPending}
            onClick={() => deletion.mutate(undefined)}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </>
      )}
      {isMoving && (
        <MoveAliasDialog cmk={cmk} aliasName={aliasName} onClose={() => setMoving(false)} />
      )}
    </li>
  )
}

/** The aliases of a key. Those of a user's key can also be added, moved and deleted. */
export function KeyAliases({ cmk }: { readonly cmk: Key }): ReactNode {
  const { t } = useTranslation()
  const [typed, setTyped] = useState("")
  const addition = useKeyChange(cmk.cmkId, t("keys.aliasAdded"), async (aliasName: string) => {
    await api.POST("/api/aliases", { body: { aliasName, cmkId: cmk.cmkId } })
  })
  return (
    <Panel title={t("keys.aliases")}>
      <Stack gap="sm">
        {cmk.aliases.length === 0 && <span>{t("keys.noAliases")}</span>}
        <ul className={classes["aliases"]}>
          {cmk.aliases.map((aliasName) => (
            <AliasLine key={aliasName} cmk={cmk} aliasName={aliasName} />
          ))}
        </ul>
        {cmk.owner === "user" && (
          <form
            onSubmit={(event) => {
              event.preventDefault()
              addition.mutate(fullAlias(typed.trim()), { onSuccess: () => setTyped("") })
            }}
          >
            <Group gap="xs" align="flex-end">
              <TextInput
                aria-label={t("keys.aliasName")}
                placeholder="alias/…"
                value={typed}
                onChange={(event) => setTyped(event.currentTarget.value)}
                required
              />
              <Button type="submit" variant="default" size="sm" loading={addition.isPending}>
                {t("keys.addAlias")}
              </Button>
            </Group>
          </form>
        )}
      </Stack>
    </Panel>
  )
}
