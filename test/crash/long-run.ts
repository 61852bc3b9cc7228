// What `npm run kills` and `npm run power-cut` share: options, lines of progress, and a summary.
import { randomInt } from "node:crypto"
import { parseArgs } from "node:util"
import type { Rounds } from "./rounds.ts"
import type { Traffic } from "./traffic.ts"

export interface LongRun {
  /** `kills`: also the name of the option. */
  readonly unit: string
  readonly count: number
  readonly help: string
  readonly take: (input: Pick<Rounds, "seed" | "count" | "report">) => Promise<Traffic>
}

const REPORT_EVERY = 10

/** Returns the exit code. A loss is an error that names the object, what was done to it, and what it contains. */
export async function runLong({ unit, count, help, take }: LongRun): Promise<number> {
  const { values } = parseArgs({
    options: {
      [unit]: { type: "string", default: String(count) },
      seed: { type: "string", default: String(randomInt(2 ** 20)) },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    process.stdout.write(help)
    return 0
  }
  const [seed, wanted] = [Number(values["seed"]), Number(values[unit])]
  if (!Number.isSafeInteger(seed) || !(Number.isSafeInteger(wanted) && wanted > 0)) {
    process.stderr.write(`osseal: --${unit} and --seed take whole numbers\n`)
    return 2
  }
  process.stdout.write(`${wanted} ${unit}, seed ${seed}\n`)
  const startedMs = performance.now()
  const secondsSince = (): string => ((performance.now() - startedMs) / 1000).toFixed(0)
  const report = (done: number, versions: number): void => {
    if (done % REPORT_EVERY !== 0) return
    process.stdout.write(
      `${done} of ${wanted} ${unit}, ${versions} versions, ${secondsSince()} s\n`,
    )
  }
  const traffic = await take({ seed, count: wanted, report })
  const written = traffic.md5s.size
  process.stdout.write(
    `${wanted} ${unit}, seed ${seed}, ${secondsSince()} s: ${written} contents written, nothing lost, torn or readable on the disk\n`,
  )
  return 0
}
