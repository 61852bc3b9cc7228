import { isoTime } from "../base/clock.ts"

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

const TIME = String.raw`(?<time>\d\d:\d\d:\d\d)`
const ZONE = String.raw`(?:GMT|UTC|(?<zone>[+-]\d{4}))`

/** The three forms of HTTP: IMF-fixdate, RFC 850 and asctime. asctime names no zone and is UTC like the others. */
const FORMS = [
  new RegExp(
    String.raw`^[a-z]{3}, (?<day>\d{1,2}) (?<month>[a-z]{3}) (?<year>\d{4}) ${TIME} ${ZONE}$`,
    "i",
  ),
  new RegExp(
    String.raw`^[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) ${TIME} ${ZONE}$`,
    "i",
  ),
  new RegExp(
    String.raw`^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]?\d) ${TIME} (?<year>\d{4})$`,
    "i",
  ),
]

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/

/**
 * The time in milliseconds, whatever this machine's time zone; undefined for anything that is not a date. ISO 8601 with
 * Z is accepted too.
 */
export function parseHttpDate(text: string): number | undefined {
  if (ISO.test(text)) return defined(Date.parse(text))
  for (const form of FORMS) {
    const groups = form.exec(text)?.groups
    if (groups !== undefined) return timeOf(groups)
  }
  return undefined
}

function timeOf(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  const { day = "", month = "", year = "", time = "", zone = "+0000" } = groups
  const monthNumber = MONTHS.indexOf(month.toLowerCase()) + 1
  const iso = `${fullYear(year)}-${twoDigits(monthNumber)}-${twoDigits(Number(day))}T${time}`
  const localMs = defined(Date.parse(`${iso}Z`))
  // The thirtieth of February would otherwise become a day in March.
  if (localMs === undefined || !isoTime(localMs).startsWith(iso)) return undefined
  const offsetMinutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))
  return localMs - (zone.startsWith("-") ? -1 : 1) * offsetMinutes * 60_000
}

/** Two digits mean this century, or the last one from 70 on: nothing on the web is older. */
function fullYear(year: string): string {
  if (year.length === 4) return year
  return (Number(year) >= 70 ? "19" : "20") + year
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0")
}

function defined(ms: number): number | undefined {
  return Number.isNaN(ms) ? undefined : ms
}
