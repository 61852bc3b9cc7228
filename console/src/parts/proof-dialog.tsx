import { Button, Modal, PasswordInput, Stack, Text } from "@mantine/core"
import { useQueryClient } from "@tanstack/react-query"
import { useState, useSyncExternalStore, type ReactNode, type SyntheticEvent } from "react"
import { useTranslation } from "react-i18next"
import { isFailure } from "../api/failure.ts"
import { reauthenticate, sessionQuery } from "../api/session.ts"
import { FailureNote } from "./failure-note.tsx"

/** The question that waits for an answer: true when the proof was given. */
let waiting: ((isProven: boolean) => void) | undefined
const listeners = new Set<() => void>()

function setWaiting(next: typeof waiting): void {
  waiting = next
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/**
 * Runs `act`. If the server wants a fresh proof, it asks the user for the secret and runs `act` again. Resolves with
 * undefined when the user declined.
 */
export async function withFreshProof<Result>(
  act: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await act()
  } catch (error) {
    if (!isFailure(error, "ReauthenticationNeeded")) throw error
  }
  const isProven = await new Promise<boolean>((resolve) => setWaiting(resolve))
  return isProven ? await act() : undefined
}

/** Asks for the secret when something calls withFreshProof. Mounted once in the program. */
export function ProofDialog(): ReactNode {
  const { t } = useTranslation()
  const client = useQueryClient()
  const answer = useSyncExternalStore(subscribe, () => waiting)
  const [secret, setSecret] = useState("")
  const [error, setError] = useState<unknown>()
  const accessKeyId = client.getQueryData(sessionQuery.queryKey)?.accessKeyId ?? ""

  const end = (isProven: boolean): void => {
    setSecret("")
    setError(undefined)
    answer?.(isProven)
    setWaiting(undefined)
  }
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    try {
      client.setQueryData(sessionQuery.queryKey, await reauthenticate(accessKeyId, secret))
      end(true)
    } catch (thrown) {
      setError(thrown)
    }
  }
  return (
    <Modal
      opened={answer !== undefined}
      onClose={() => end(false)}
      title={t("parts.proof.title")}
      closeButtonProps={{ "aria-label": t("parts.close") }}
      zIndex={320}
    >
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Text size="sm">{t("parts.proof.lead", { accessKeyId })}</Text>
          <PasswordInput
            label={t("signIn.secret")}
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
            required
          />
          {error !== undefined && <FailureNote error={error} />}
          <Button type="submit">{t("parts.proof.go")}</Button>
        </Stack>
      </form>
    </Modal>
  )
}
