// Repeated power failures in the middle of traffic; see test/crash/power-cuts.ts.
import { runLong } from "../test/crash/long-run.ts"
import { runPowerCuts } from "../test/crash/power-cuts.ts"

const HELP = `npm run power-cut [-- OPTIONS]

Cuts the power of a server's file system repeatedly in the middle of traffic: puts, deletes, versions, appends, copies
and uploads, with the keeper running. After each start everything that was acknowledged must be there, complete, and nothing
half-done. Needs Linux, root, mkfs.ext4, mount and python3.

  --cuts N    how many (default 30)
  --seed S    the seed of the requests (default: a new one each time)
  --help      this text
`

process.exitCode = await runLong({ unit: "cuts", count: 30, help: HELP, take: runPowerCuts })
