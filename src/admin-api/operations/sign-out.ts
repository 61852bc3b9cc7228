import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { sessionCookie } from "../session-cookie.ts"

export const signOut: Operation = defineOperation({
  name: "signOut",
  tag: "session",
  summary: "Ends the session",
  method: "DELETE",
  path: "/api/session",
  needs: askedOfWhatIsNamed,
  run: async ({ request, session, sessions, setHeader }) => {
    await sessions.end(session)
    setHeader("Set-Cookie", sessionCookie(request))
    return undefined
  },
})
