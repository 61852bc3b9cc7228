import { ofServer } from "../needs.ts"
import { defineOperation, type Operation } from "../operation.ts"

export const acknowledgeDamage: Operation = defineOperation({
  name: "acknowledgeDamage",
  tag: "service",
  summary:
    "Forgets the damaged rows and objects found so far; what is still damaged is reported again when it is next read",
  method: "POST",
  path: "/api/damage/acknowledge",
  needs: ofServer("osseal:AcknowledgeDamage"),
  run: ({ store }) => {
    store.damage.forget()
    return Promise.resolve(undefined)
  },
})
