import { askedOfWhatIsNamed } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"
import { sessionView, viewOfSession } from "../schemas/session.ts"

export const describeSession: Operation = defineOperation({
  name: "describeSession",
  tag: "session",
  summary: "Who is signed in",
  method: "GET",
  path: "/api/session",
  output: sessionView,
  needs: askedOfWhatIsNamed,
  run: ({ session, scope, clock }) =>
    Promise.resolve(viewOfSession(session, scope.accountId, clock.nowMs())),
})
