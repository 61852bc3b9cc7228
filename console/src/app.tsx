import { MantineProvider } from "@mantine/core"
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query"
import { useEffect, type ReactNode } from "react"
import { whenSessionEnds } from "./api/client.ts"
import { isFailure, toFailure } from "./api/failure.ts"
import { sessionQuery } from "./api/session.ts"
import { FailureNote } from "./parts/failure-note.tsx"
import { ProofDialog } from "./parts/proof-dialog.tsx"
import { Toasts } from "./parts/toasts.tsx"
import { Shell } from "./shell/shell.tsx"
import { SignInPage } from "./pages/sign-in.tsx"
import { theme } from "./theme/theme.ts"

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      refetchOnWindowFocus: true,
      // What the server refused stays refused; only a failed connection may work the next time.
      retry: (count, error) => toFailure(error).status === 0 && count < 2,
    },
  },
})

whenSessionEnds(() => client.setQueryData(sessionQuery.queryKey, null))

function SignedInOrNot(): ReactNode {
  const { data: session, error, isPending, refetch } = useQuery(sessionQuery)
  useEffect(() => {
    // One session must not see what another one read.
    if (session === null)
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" })
  }, [session])
  if (isPending) return null
  if (session === undefined || (error !== null && !isFailure(error, "NotSignedIn"))) {
    return <FailureNote error={error} onRetry={() => void refetch()} />
  }
  if (session === null) return <SignInPage />
  return <Shell session={session} />
}

/** The whole console. */
export function App(): ReactNode {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={client}>
        <SignedInOrNot />
        <ProofDialog />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  )
}
