import { currentLanguage } from "../i18n/language.ts"

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const

/** Caches what `make` returns for each language and option: creating a formatter takes longer than drawing a line of a list. */
function madeOnce<Option, Formatter>(
  make: (language: string, option: Option) => Formatter,
): (option: Option) => Formatter {
  const made = new Map<string, Formatter>()
  return (option) => {
    const language = currentLanguage()
    const name = `${language} ${String(option)}`
    const formatter = made.get(name) ?? make(language, option)
    made.set(name, formatter)
    return formatter
  }
}

const numbers = madeOnce(
  (language, digits: number) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }),
)

const times = madeOnce(
  (language, style: "medium") =>
    new Intl.DateTimeFormat(language, { dateStyle: style, timeStyle: style }),
)

const distances = madeOnce(
  (language, numeric: "auto") => new Intl.RelativeTimeFormat(language, { numeric }),
)

/** A size as people read it: `1.4 MiB`; bytes below 1 KiB are exact. */
export function formatSize(sizeBytes: number): string {
  let value = sizeBytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${formatNumber(value, digits)} ${UNITS[unit] ?? ""}`
}

/** A number in the user's language. */
export function formatNumber(value: number, digits = 0): string {
  return numbers(digits).format(value)
}

/** A time in the local zone, to the second. */
export function formatTime(iso: string): string {
  return times("medium").format(new Date(iso))
}

/** The same time in UTC: `2026-11-29 08:50:00 UTC`. */
export function formatUtc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace("T", " ")} UTC`
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
]

/** The distance of a time from now: `in 12 days`, `3 minutes ago`. */
export function formatDistance(iso: string): string {
  const seconds = Math.round((new Date(iso).getTime() - Date.now()) / 1000)
  const relative = distances("auto")
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
  }
  return relative.format(0, "second")
}

/** A remaining time: `2:05` or `1:02:05`. */
export function formatDuration(totalSeconds: number): string {
  const seconds = Math.max(0, Math.round(totalSeconds))
  const two = (value: number): string => String(value).padStart(2, "0")
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, "")
}
