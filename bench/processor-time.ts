// What Linux tells of a process's processor time and memory; undefined elsewhere.
import { readdirSync, readFileSync, writeFileSync } from "node:fs"

/** Microseconds of processor time since the start. */
export interface ProcessorTime {
  /** Of the main thread, which is the first gateway. */
  readonly gatewayUs: number
  /** Of all threads that run. */
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

/** From here on `peakMemoryMiB` tells the most that the process holds. */
export function forgetPeakMemory(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5")
  } catch {
    // Then the peak is the one since the start.
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
