// Random requests to a server and to a model of the OSS rules; see test/model/model.ts.
import { parseArgs } from "node:util"
import { randomInt } from "node:crypto"
import { ModelMismatch, runModel } from "../test/model/model.ts"

const HELP = `npm run model [-- OPTIONS]

Sends random requests to a server in memory, and to a model of the service's rules, which predicts each result. Both must
agree at every step. In the end everything is read back and deleted, and nothing may be left. A disagreement exits with
1 and prints the command that reproduces it.

  --seed S        the seed of the choices (default: a new one each time)
  --steps N       how many requests, about 1 ms each (default 10000)
  --gateways N    with more than 1: a server on the disk with that many gateways, and a connection for each request
  --help          this text
`

const REPORT_STEPS = 10_000

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    steps: { type: "string", default: "10000" },
    gateways: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
})

async function main(seed: number, steps: number, gateways: number): Promise<number> {
  if (![seed, steps, gateways].every(Number.isSafeInteger)) {
    process.stderr.write("osseal: --seed, --steps and --gateways take whole numbers\n")
    return 2
  }
  const startedMs = performance.now()
  let reportedMs = startedMs
  const report = (taken: number): void => {
    if (taken % REPORT_STEPS !== 0) return
    const nowMs = performance.now()
    const rate = (REPORT_STEPS * 1000) / (nowMs - reportedMs)
    reportedMs = nowMs
    process.stdout.write(
      `${taken} steps, the last ${REPORT_STEPS} at ${rate.toFixed(0)} a second\n`,
    )
  }
  try {
    await runModel({ seed, steps, gateways, report })
  } catch (error) {
    if (!(error instanceof ModelMismatch)) throw error
    process.stderr.write(`osseal: ${error.message}\n`)
    return 1
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
  process.stdout.write(
    `seed ${seed}, ${seconds} s: server and model agreed at all ${steps} steps\n`,
  )
  return 0
}

if (values.help) process.stdout.write(HELP)
else {
  const seed = Number(values.seed ?? randomInt(2 ** 32))
  process.exitCode = await main(seed, Number(values.steps), Number(values.gateways))
}
