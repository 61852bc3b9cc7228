import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { bucketPath, bucketSettingsPath, bucketUploadsPath } from "../../shell/addresses.ts"
import classes from "./buckets.module.css"

const TABS = [
  ["objects", bucketPath],
  ["uploads", bucketUploadsPath],
  ["settings", bucketSettingsPath],
] as const

interface BucketTabsProps {
  readonly bucket: string
  readonly current: (typeof TABS)[number][0]
}

/** The pages of a bucket. */
export function BucketTabs({ bucket, current }: BucketTabsProps): ReactNode {
  const { t } = useTranslation()
  return (
    <nav className={classes["tabs"]} aria-label={bucket}>
      {TABS.map(([name, path]) => (
        <Link key={name} href={path(bucket)} aria-current={name === current ? "page" : undefined}>
          {t(`buckets.tabs.${name}`)}
        </Link>
      ))}
    </nav>
  )
}
