import { test } from "node:test"
import { checkAskedFor } from "./header-rules.ts"
import { OPERATIONS } from "./operations/index.ts"

const OF_EVERY_OBJECT = ["constructor", "toString", "hasOwnProperty", "__proto__"]

test("a parameter with the name of a property of every object is ignored, like any unknown one", () => {
  for (const operation of Object.values(OPERATIONS)) {
    for (const name of OF_EVERY_OBJECT) {
      checkAskedFor(operation, { headers: new Map(), query: [{ name, value: "1" }] })
    }
  }
})
