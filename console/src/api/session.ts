import { queryOptions, type QueryClient } from "@tanstack/react-query"
import { api, dataOf, setCsrfToken } from "./client.ts"
import { isFailure } from "./failure.ts"
import { prove } from "./proof.ts"
import type { components } from "./schema.ts"

export type Session = components["schemas"]["Session"]

function keep(session: Session): Session {
  setCsrfToken(session.csrfToken)
  return session
}

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      return keep(await dataOf(api.GET("/api/session")))
    } catch (error) {
      if (isFailure(error, "NotSignedIn")) return null
      throw error
    }
  },
  staleTime: 60_000,
})

async function answerChallenge(
  accessKeyId: string,
  secret: string,
  purpose: "sign-in" | "reauthenticate",
): Promise<{ readonly challengeId: string; readonly proof: string }> {
  const body = { accessKeyId, purpose }
  const { challengeId, message } = await dataOf(api.POST("/api/session/challenge", { body }))
  return { challengeId, proof: await prove(secret, message) }
}

/** Signs in by proving possession of the secret, which does not leave this page. */
export async function signIn(accessKeyId: string, secret: string): Promise<Session> {
  const answer = await answerChallenge(accessKeyId, secret, "sign-in")
  return keep(await dataOf(api.POST("/api/session", { body: { accessKeyId, ...answer } })))
}

/** Signs in with the token of a link, which works once. */
export async function signInByLink(token: string): Promise<Session> {
  return keep(await dataOf(api.POST("/api/session/link", { body: { token } })))
}

/** Proves possession of the secret again. */
export async function reauthenticate(accessKeyId: string, secret: string): Promise<Session> {
  const answer = await answerChallenge(accessKeyId, secret, "reauthenticate")
  return keep(await dataOf(api.POST("/api/session/reauthenticate", { body: answer })))
}

/** Ends the session. Once nobody is signed in, the program drops everything that was read in it. */
export async function signOut(client: QueryClient): Promise<void> {
  await api.DELETE("/api/session")
  setCsrfToken(undefined)
  client.setQueryData(sessionQuery.queryKey, null)
}
