import { useMutation, useQueryClient, type UseMutationResult } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { api, dataOf } from "../../api/client.ts"
import { keyQuery, type Key } from "../../api/queries.ts"
import { withFreshProof } from "../../parts/proof-dialog.tsx"
import { sayDone, sayFailed } from "../../parts/toasts.tsx"

const DONE = {
  enable: "keys.enabledToast",
  disable: "keys.disabledToast",
  "cancel-deletion": "keys.cancelledToast",
  "schedule-deletion": "keys.scheduledToast",
} as const

export type StateChange =
  | { readonly kind: "enable" | "disable" | "cancel-deletion" }
  | { readonly kind: "schedule-deletion"; readonly windowDays: number }

/** undefined when the user declined to prove who they are. */
async function change(cmkId: string, wanted: StateChange): Promise<Key | undefined> {
  const params = { path: { cmkId } }
  switch (wanted.kind) {
    case "enable":
      return await dataOf(api.POST("/api/keys/{cmkId}/enable", { params }))
    case "disable":
      return await dataOf(api.POST("/api/keys/{cmkId}/disable", { params }))
    case "cancel-deletion":
      return await dataOf(api.POST("/api/keys/{cmkId}/cancel-deletion", { params }))
    case "schedule-deletion": {
      const body = { windowDays: wanted.windowDays }
      return await withFreshProof(
        async () => await dataOf(api.POST("/api/keys/{cmkId}/schedule-deletion", { params, body })),
      )
    }
  }
}

/** Changes the state of a key, reports it, and shows the new state everywhere. */
export function useStateChange(
  cmkId: string,
): UseMutationResult<Key | undefined, Error, StateChange> {
  const { t } = useTranslation()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (wanted: StateChange) => await change(cmkId, wanted),
    onSuccess: async (key, { kind }) => {
      if (key === undefined) return
      client.setQueryData(keyQuery(cmkId).queryKey, key)
      sayDone(t(DONE[kind]))
      await client.invalidateQueries({ queryKey: ["keys"] })
      await client.invalidateQueries({ queryKey: ["overview"] })
    },
    onError: (error) => sayFailed(error),
  })
}

/** Changes a key's aliases or description, shows the message `done`, and reads the key again. */
export function useKeyChange<Input>(
  cmkId: string,
  done: string,
  act: (input: Input) => Promise<unknown>,
): UseMutationResult<unknown, Error, Input> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      sayDone(done)
      await client.invalidateQueries({ queryKey: ["key", cmkId] })
      await client.invalidateQueries({ queryKey: ["keys"] })
    },
    onError: (error) => sayFailed(error),
  })
}
