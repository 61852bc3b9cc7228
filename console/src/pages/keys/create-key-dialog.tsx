import { Button, Stack, Textarea, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { useLocation } from "wouter"
import { api, dataOf } from "../../api/client.ts"
import { Dialog } from "../../parts/dialog.tsx"
import { FailureNote } from "../../parts/failure-note.tsx"
import { sayDone } from "../../parts/toasts.tsx"
import { keyPath } from "../../shell/addresses.ts"

interface DialogProps {
  readonly onClose: () => void
}

/** The full name of an alias, whether the prefix was typed or not. */
export const fullAlias = (typed: string): string =>
  typed.startsWith("alias/") ? typed : `alias/${typed}`

/** Creates a key and opens its page. */
export function CreateKeyDialog({ onClose }: DialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [alias, setAlias] = useState("")
  const [description, setDescription] = useState("")
  const creation = useMutation({
    mutationFn: async () => {
      const name = alias.trim()
      const body = { description, ...(name === "" ? {} : { aliasName: fullAlias(name) }) }
      return await dataOf(api.POST("/api/keys", { body }))
    },
    onSuccess: async ({ cmkId }) => {
      sayDone(t("keys.createdToast"))
      await client.invalidateQueries({ queryKey: ["keys"] })
      onClose()
      navigate(keyPath(cmkId))
    },
  })
  return (
    <Dialog onClose={onClose} title={t("keys.createTitle")}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          creation.mutate()
        }}
      >
        <Stack gap="sm">
          <TextInput
            label={t("keys.alias")}
            description={t("keys.aliasHint")}
            leftSection={<code>alias/</code>}
            leftSectionWidth={56}
            value={alias.replace(/^alias\//, "")}
            onChange={(event) => setAlias(event.currentTarget.value)}
            data-autofocus
          />
          <Textarea
            label={t("keys.description")}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
            maxLength={8192}
          />
          {creation.error !== null && <FailureNote error={creation.error} />}
          <Button type="submit" loading={creation.isPending}>
            {t("keys.create")}
          </Button>
        </Stack>
      </form>
    </Dialog>
  )
}
