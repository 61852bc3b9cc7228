// Repeated kill -9 in the middle of traffic; see test/crash/rounds.ts.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runKills } from "../test/crash/kills.ts"
import { runLong } from "../test/crash/long-run.ts"
import { searchPlaintext } from "../test/crash/rounds.ts"

const HELP = `npm run kills [-- OPTIONS]

Kills a server repeatedly in the middle of traffic: puts, deletes, versions, appends, copies and uploads, with the
keeper running. After each start everything that was acknowledged must be there, complete, and nothing half-done.

  --kills N   how many (default 50)
  --seed S    the seed of the requests (default: a new one each time)
  --help      this text
`

process.exitCode = await runLong({
  unit: "kills",
  count: 50,
  help: HELP,
  async take(input) {
    const directory = await mkdtemp(join(tmpdir(), "osseal-kills-"))
    const data = join(directory, "data")
    const traffic = await runKills({ ...input, data })
    await searchPlaintext(data, traffic)
    // After a failure the directory is kept for inspection.
    await rm(directory, { recursive: true })
    return traffic
  },
})
