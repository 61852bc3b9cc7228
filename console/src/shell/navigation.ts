import {
  IconActivity,
  IconBucket,
  IconFlask,
  IconGauge,
  IconKey,
  IconShieldLock,
  type Icon,
} from "@tabler/icons-react"

export const SECTIONS = ["overview", "keys", "tryIt", "buckets", "rootOfTrust", "activity"] as const
export type Section = (typeof SECTIONS)[number]

/** The path of every section. */
export const SECTION_PATHS: Readonly<Record<Section, string>> = {
  overview: "/",
  keys: "/keys",
  tryIt: "/try-it",
  buckets: "/buckets",
  rootOfTrust: "/root-of-trust",
  activity: "/activity",
}

export const SECTION_ICONS: Readonly<Record<Section, Icon>> = {
  overview: IconGauge,
  keys: IconKey,
  tryIt: IconFlask,
  buckets: IconBucket,
  rootOfTrust: IconShieldLock,
  activity: IconActivity,
}

/** Whether `location` is within a section. */
export function isInSection(section: Section, location: string): boolean {
  const path = SECTION_PATHS[section]
  return path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`)
}
