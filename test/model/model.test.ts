import { describe, test } from "node:test"
import { runModel } from "./model.ts"

describe("the server and the model of the rules agree", () => {
  for (const seed of [1, 2]) {
    test(`at each of 5,000 random steps from seed ${seed}`, async () => {
      await runModel({ seed, steps: 5000 })
    })
  }
})
