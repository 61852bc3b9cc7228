// kill -9 again and again in the middle of traffic; see test/crash/rounds.ts.
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runKills } from "../test/crash/kills.ts"
import { runLong } from "../test/crash/long-run.ts"
import { searchPlaintext } from "../test/crash/rounds.ts"

const HELP = `npm run kills [-- OPTIONS]

Kills a server again and again in the middle of traffic: puts, deletes, versions, appends, copies and uploads, with the
keeper at work. After each start everything that was acknowledged must be there, whole, and nothing half done.

  --kills N   how many (default 50)
  --seed S    what the requests follow from (default: another one each time)
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
    // After a failure the directory stays for whoever looks into it.
    await rm(directory, { recursive: true })
    return traffic
  },
})
