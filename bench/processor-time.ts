// Processor time and memory of a process, as Linux reports them; undefined on other systems.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"

/** Microseconds of processor time since the start. */
export interface ProcessorTime {
  /** The main thread, which is the first gateway. */
  readonly gatewayUs: number
  /** All threads that are running. */
  readonly processUs: number
}

export function processorTimeOf(pid: number): ProcessorTime | undefined {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    const processUs = threads.reduce((sum, tid) => sum + threadUs(pid, tid), 0)
    return { gatewayUs: threadUs(pid, String(pid)), processUs }
  } catch {
    return undefined
  }
}

function threadUs(pid: number, tid: string): number {
  const [ns] = readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ")
  return Number(ns) / 1000
}

/** Resets the peak: afterwards `peakMemoryMiB` returns the highest value since this call. */
export function forgetPeakMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5")
  } catch {
    // Without the reset, the peak is the one since the start.
  }
}

export function peakMemoryMiB(pid: number): number | undefined {
  try {
    const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
    return kib === undefined ? undefined : Math.round(Number(kib) / 1024)
  } catch {
    return undefined
  }
}
