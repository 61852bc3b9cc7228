import { writeFile } from "node:fs/promises"
import { cpus, release, totalmem } from "node:os"
import { join } from "node:path"
import { isList, nameOf } from "./cells.ts"
import type { Cell, LoadResult } from "./messages.ts"

/** The result of one cell in one round. */
export interface Round extends LoadResult {
  /** Processor time of the first gateway's thread, and of all threads, for each request; undefined without /proc. */
  readonly gatewayUs: number | undefined
  readonly serverUs: number | undefined
  readonly peakMiB: number | undefined
}

/** Medians of the rounds. */
interface Summary {
  readonly cell: string
  readonly perSecond: number
  readonly megabytesPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly gatewayUs: number | undefined
  readonly serverUs: number | undefined
  readonly clientUs: number
  /** The highest value of all rounds. */
  readonly peakMiB: number | undefined
  readonly rounds: readonly number[]
  readonly failures: number
}

export function summarize(cell: Cell, results: readonly Round[]): Summary {
  const rates = results.map(({ requests, seconds }) => requests / seconds)
  const perSecond = median(rates)
  const bytes =
    isList(cell) || cell.operation === "HEAD" || cell.operation === "DELETE" ? 0 : cell.size
  const of = (figure: (round: Round) => number | undefined): number | undefined => {
    const known = results.flatMap((round) => figure(round) ?? [])
    return known.length === 0 ? undefined : Math.round(median(known))
  }
  const peaks = results.flatMap(({ peakMiB }) => peakMiB ?? [])
  return {
    cell: nameOf(cell),
    perSecond: Number(perSecond.toPrecision(4)),
    megabytesPerSecond: Math.round((perSecond * bytes) / 1e6),
    p50Ms: median(results.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(results.map(({ p99Ms }) => p99Ms)),
    gatewayUs: of(({ gatewayUs }) => gatewayUs),
    serverUs: of(({ serverUs }) => serverUs),
    clientUs: Math.round(median(results.map(({ clientUs }) => clientUs))),
    peakMiB: peaks.length === 0 ? undefined : Math.max(...peaks),
    rounds: rates.map((rate) => Number(rate.toPrecision(4))),
    failures: results.reduce((sum, { failures }) => sum + failures, 0),
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}

const COLUMNS = [
  "requests/s",
  "MB/s",
  "p50 ms",
  "p99 ms",
  "gateway us",
  "server us",
  "client us",
  "peak MiB",
]
const NAME_WIDTH = 42

export function printTable(summaries: readonly Summary[]): void {
  process.stdout.write(`${"cell".padEnd(NAME_WIDTH)}${COLUMNS.map(column).join("")}\n`)
  for (const summary of summaries) {
    const { perSecond, megabytesPerSecond, p50Ms, p99Ms } = summary
    const { gatewayUs, serverUs, clientUs, peakMiB, failures } = summary
    const rate = perSecond < 100 ? perSecond.toFixed(2) : String(Math.round(perSecond))
    const figures = [
      rate,
      String(megabytesPerSecond || "-"),
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      String(gatewayUs ?? "-"),
      String(serverUs ?? "-"),
      String(clientUs),
      String(peakMiB ?? "-"),
    ]
    const failed = failures > 0 ? `  ${failures} FAILED` : ""
    process.stdout.write(
      `${summary.cell.padEnd(NAME_WIDTH)}${figures.map(column).join("")}${failed}\n`,
    )
  }
}

function column(text: string): string {
  return text.padStart(12)
}

/** Prints how many times faster each cell is than with the fewest processors. */
export function printScaling(byProcessors: ReadonlyMap<number, readonly Summary[]>): void {
  const counts = [...byProcessors.keys()]
  const [fewest = 1] = counts
  const heads = counts.map((count) => `${count} processor${count === 1 ? "" : "s"}`)
  process.stdout.write(
    `\n${"requests/s by processors".padEnd(NAME_WIDTH)}${heads.map((head) => head.padStart(20)).join("")}\n`,
  )
  for (const [index, { cell, perSecond: base }] of (byProcessors.get(fewest) ?? []).entries()) {
    const figures = counts.map((count) => {
      const rate = byProcessors.get(count)?.[index]?.perSecond ?? 0
      return `${rate.toFixed(rate < 100 ? 2 : 0)} (${(rate / base).toFixed(2)}x)`.padStart(20)
    })
    process.stdout.write(`${cell.padEnd(NAME_WIDTH)}${figures.join("")}\n`)
  }
}

/** Writes bench/results/DATE.json. */
export async function writeResults(
  primitives: Readonly<Record<string, number>>,
  settings: Readonly<Record<string, unknown>>,
  summaries: readonly Summary[],
): Promise<void> {
  const date = new Date().toISOString().slice(0, 10)
  const machine = {
    processors: `${cpus().length} x ${cpus()[0]?.model ?? "unknown"}`,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${release()}`,
    node: process.versions.node,
    sqlite: process.versions["sqlite"],
  }
  const path = join(import.meta.dirname, "results", `${date}.json`)
  const text = JSON.stringify({ date, machine, primitives, settings, summaries }, null, 2)
  await writeFile(path, `${text}\n`)
  process.stdout.write(`written to bench/results/${date}.json\n`)
}
