import { Button, PasswordInput, Stack, TextInput } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useEffect, useState, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { canProve } from "../api/proof.ts"
import { sessionQuery, signIn, signInByLink, type Session } from "../api/session.ts"
import { FailureNote } from "../parts/failure-note.tsx"
import { Note } from "../parts/panel.tsx"
import { LanguageMenu, SchemeMenu } from "../shell/top-bar.tsx"
import classes from "./sign-in.module.css"

/** The token of a sign-in link follows the #, which browsers do not send. It is removed from the address at once. */
function takeLinkToken(): string | undefined {
  const token = /^#token=(.+)$/.exec(window.location.hash)?.[1]
  if (token === undefined) return undefined
  window.history.replaceState(null, "", "/")
  return decodeURIComponent(token)
}

const linkToken = takeLinkToken()
let isLinkUsed = false

function useSignIn<Input>(
  act: (input: Input) => Promise<Session>,
): ReturnType<typeof useMutation<Session, Error, Input>> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: (session) => client.setQueryData(sessionQuery.queryKey, session),
  })
}

function SignInForm(): ReactNode {
  const { t } = useTranslation()
  const [accessKeyId, setAccessKeyId] = useState("")
  const [secret, setSecret] = useState("")
  const attempt = useSignIn(async () => await signIn(accessKeyId.trim(), secret.trim()))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        attempt.mutate(undefined)
      }}
    >
      <Stack gap="sm">
        <TextInput
          label={t("signIn.accessKeyId")}
          value={accessKeyId}
          onChange={(event) => setAccessKeyId(event.currentTarget.value)}
          autoComplete="username"
          spellCheck={false}
          autoFocus
          required
        />
        <PasswordInput
          label={t("signIn.secret")}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          autoComplete="current-password"
          required
        />
        {attempt.error !== null && <FailureNote error={attempt.error} />}
        <Button type="submit" size="sm" loading={attempt.isPending}>
          {t("signIn.go")}
        </Button>
      </Stack>
    </form>
  )
}

/** Proof of possession of an access key, or a link from `osseal dev`. */
export function SignInPage(): ReactNode {
  const { t } = useTranslation()
  const byLink = useSignIn(signInByLink)
  const { mutate } = byLink
  useEffect(() => {
    document.title = `${t("signIn.go")} · osseal`
  }, [t])
  useEffect(() => {
    if (linkToken === undefined || isLinkUsed) return
    isLinkUsed = true
    mutate(linkToken)
  }, [mutate])
  return (
    <main className={classes["page"]}>
      <div className={classes["corner"]}>
        <LanguageMenu />
        <SchemeMenu />
      </div>
      <div className={classes["box"]}>
        <div className={classes["head"]}>
          <img src="/favicon.svg" alt="" width={32} height={32} />
          <h1>{t("signIn.title")}</h1>
        </div>
        <p className={classes["lead"]}>{t("signIn.lead")}</p>
        {byLink.isPending && <p role="status">{t("signIn.byLink")}</p>}
        {byLink.error !== null && <Note tone="warn">{t("signIn.linkFailed")}</Note>}
        {canProve() ? (
          <SignInForm />
        ) : (
          <Note tone="warn" title={t("signIn.insecure")}>
            <p>{t("signIn.insecureHint")}</p>
          </Note>
        )}
        <p className={classes["hint"]}>
          <strong>{t("signIn.where")}</strong> {t("signIn.whereHint")}
        </p>
      </div>
    </main>
  )
}
