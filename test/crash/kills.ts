import type { ServerProcess } from "../../scripts/server-process.ts"
import { seededRandom } from "../model/random.ts"
import { type Rounds, runRounds } from "./rounds.ts"
import type { Traffic } from "./traffic.ts"

/** kill -9 at random moments of the traffic. Responses that the server still sends count. */
export async function runKills(
  input: Pick<Rounds, "data" | "seed" | "count" | "report">,
): Promise<Traffic> {
  return await runRounds({
    ...input,
    random: seededRandom(input.seed),
    prepare: () =>
      Promise.resolve({
        async cut(server: ServerProcess, setState) {
          setState("killed")
          await server.kill()
        },
        recover: () => Promise.resolve(),
      }),
  })
}
