// A CMK is disabled on one gateway, again and again, while all gateways read under it; see
// test/gateways/disable-race.ts.
import { parseArgs } from "node:util"
import { raceDisable } from "../test/gateways/disable-race.ts"

const HELP = `npm run disable-race [-- OPTIONS]

Starts a server with three gateways, and disables and enables a CMK on one of them while all read an object under it. After
DisableKey has returned, every gateway must refuse reads. Exits with 1 at the first read that succeeds after that.

  --times N   how often (default 10000)
  --help      this text
`

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "10000" },
    help: { type: "boolean", default: false },
  },
})

if (values.help) process.stdout.write(HELP)
else {
  const startedMs = performance.now()
  await raceDisable(Number(values.times), (done) => process.stdout.write(`${done} times\n`))
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
  process.stdout.write(
    `disabled ${values.times} times in ${seconds} s: no gateway served after it\n`,
  )
}
