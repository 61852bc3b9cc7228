import { Checkbox, Skeleton } from "@mantine/core"
import { IconFile, IconFileX, IconFolder } from "@tabler/icons-react"
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type UIEvent,
} from "react"
import { flushSync } from "react-dom"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { Chip } from "../../parts/chip.tsx"
import { formatSize } from "../../parts/formats.ts"
import { Time } from "../../parts/time.tsx"
import { bucketPath, objectPath } from "../../shell/addresses.ts"
import { entryId, shortName, type Entry } from "./entries.ts"
import type { Listing } from "./listing.ts"
import { ObjectMenu } from "./object-menu.tsx"
import { afterScroll, endOf, settled, spanOf, type Extent, type Place } from "./scroll-place.ts"
import type { Selection } from "./selection.ts"
import classes from "./object-list.module.css"

const ROW_PX = 34

interface RowProps {
  readonly bucket: string
  readonly folder: string
  readonly entry: Entry
  readonly selection: Selection
}

function NameCell({ bucket, folder, entry }: RowProps): ReactNode {
  const { t } = useTranslation()
  const name = shortName(entry, folder)
  if (entry.kind === "folder") {
    return (
      <>
        <IconFolder size={16} aria-label={t("objects.folder")} />
        <Link href={bucketPath(bucket, entry.prefix)}>{name}</Link>
      </>
    )
  }
  if (entry.kind === "marker") {
    return (
      <>
        <IconFileX size={16} aria-hidden />
        <span>{name}</span>
        <Chip tone="warn">{t("objects.marker")}</Chip>
      </>
    )
  }
  const versionId = entry.kind === "version" ? entry.versionId : undefined
  return (
    <>
      <IconFile size={16} aria-hidden />
      <Link href={objectPath(bucket, entry.objectKey, versionId)}>{name}</Link>
      {entry.kind === "version" && (
        <Chip tone={entry.isLatest ? "good" : "neutral"}>
          {entry.isLatest ? t("objects.latest") : t("objects.older")}
        </Chip>
      )}
    </>
  )
}

function Cells(props: RowProps): ReactNode {
  const { t } = useTranslation()
  const { bucket, folder, entry, selection } = props
  const hasContent = entry.kind === "object" || entry.kind === "version"
  return (
    <>
      <div role="cell">
        {entry.kind !== "folder" && (
          <Checkbox
            aria-label={t("objects.select", { name: shortName(entry, folder) })}
            checked={selection.has(entry)}
            onChange={() => selection.toggle(entry)}
            size="xs"
          />
        )}
      </div>
      <div role="cell" className={classes["name"]}>
        <NameCell {...props} />
      </div>
      <div role="cell" className={classes["end"]}>
        {hasContent && formatSize(entry.sizeBytes)}
      </div>
      <div role="cell">{hasContent && <EncryptionBadge {...entry} />}</div>
      <div role="cell" className={classes["soft"]}>
        {entry.kind !== "folder" && <Time at={entry.lastModifiedAt} />}
      </div>
      <div role="cell">
        {hasContent && <ObjectMenu bucket={bucket} entry={entry} selection={selection} />}
      </div>
    </>
  )
}

interface HeadingsProps {
  readonly listing: Listing
  readonly selection: Selection
}

function Headings({ listing, selection }: HeadingsProps): ReactNode {
  const { t } = useTranslation()
  return (
    <div role="row" className={`${classes["row"] ?? ""} ${classes["headings"] ?? ""}`}>
      <div role="columnheader">
        <Checkbox
          aria-label={t("objects.selectAll")}
          checked={selection.hasAll(listing.loaded)}
          onChange={() => selection.toggleAll(listing.loaded())}
          size="xs"
        />
      </div>
      <div role="columnheader">{t("objects.name")}</div>
      <div role="columnheader" className={classes["end"]}>
        {t("objects.size")}
      </div>
      <div role="columnheader">{t("objects.encryption")}</div>
      <div role="columnheader">{t("objects.modified")}</div>
      <div role="columnheader">
        <span className="visually-hidden">{t("parts.actions")}</span>
      </div>
    </div>
  )
}

interface ObjectListProps {
  readonly bucket: string
  readonly folder: string
  readonly listing: Listing
  readonly selection: Selection
}

/** How many lines more than the visible ones are in the page, above and below. */
const OVERSCAN = 8

/** The keys that lead to an end of the list, which is further than an end of the element that scrolls. */
const ENDS: Readonly<Record<string, "start" | "end">> = { Home: "start", End: "end" }

/** Where the list is scrolled to, and what the element that scrolls needs for that. */
function useScroll(lines: number) {
  const element = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<Place>({ scrollPx: 0, topPx: 0 })
  const [viewPx, setViewPx] = useState(600)
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setViewPx(entry?.contentRect.height ?? 0))
    if (element.current !== null) observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  const extent: Extent = { listPx: (lines + 1) * ROW_PX, viewPx }
  const topPx = Math.max(Math.min(place.topPx, extent.listPx - viewPx), 0)
  const go = (to: Place): void => {
    // The lines must have moved before the browser paints.
    flushSync(() => setPlace(to))
    element.current?.scrollTo({ top: to.scrollPx, behavior: "instant" })
  }
  return {
    element,
    spanPx: spanOf(extent.listPx),
    /** What is added to a line's place in the list. */
    shiftPx: place.scrollPx - topPx,
    first: Math.max(Math.floor(topPx / ROW_PX) - OVERSCAN, 0),
    last: Math.min(Math.ceil((topPx + viewPx) / ROW_PX) + OVERSCAN, lines - 1),
    onScroll: ({ currentTarget }: UIEvent): void => {
      const { scrollTop } = currentTarget
      if (scrollTop !== place.scrollPx) {
        flushSync(() => setPlace(afterScroll({ ...place, topPx }, scrollTop, extent)))
      }
    },
    onScrollEnd: (): void => {
      const to = settled({ ...place, topPx }, extent)
      if (Math.abs(to.scrollPx - place.scrollPx) >= 1) go(to)
    },
    onKeyDown: (event: KeyboardEvent): void => {
      const end = ENDS[event.key]
      if (end === undefined || event.target !== element.current) return
      event.preventDefault()
      go(endOf(end, extent))
    },
  }
}

/** The lines of a folder. Only the visible ones exist in the page; more are read while scrolling. */
export function ObjectList({ listing, bucket, folder, selection }: ObjectListProps): ReactNode {
  const { lines = 0, hasMore, show } = listing
  const scroll = useScroll(hasMore ? lines + 1 : lines)
  const { first, last, shiftPx } = scroll
  useEffect(() => show(first, last), [show, first, last])
  return (
    // It scrolls, so it must be reachable by keyboard.
    <div
      ref={scroll.element}
      className={classes["scroll"]}
      tabIndex={0}
      role="region"
      aria-label={folder === "" ? bucket : folder}
      onScroll={scroll.onScroll}
      onScrollEnd={scroll.onScrollEnd}
      onKeyDown={scroll.onKeyDown}
    >
      <div
        className={classes["grid"]}
        role="table"
        aria-rowcount={hasMore ? -1 : lines + 1}
        aria-label={`${bucket}/${folder}`}
      >
        <div role="rowgroup">
          <Headings listing={listing} selection={selection} />
        </div>
        <div
          className={classes["rows"]}
          role="rowgroup"
          style={{ height: `${scroll.spanPx - ROW_PX}px` }}
        >
          {Array.from({ length: Math.max(last - first + 1, 0) }, (_, at) => {
            const line = first + at
            const entry = listing.entryAt(line)
            const style: CSSProperties = { transform: `translateY(${line * ROW_PX + shiftPx}px)` }
            return (
              <div
                key={entry === undefined ? `line ${line}` : entryId(entry)}
                role="row"
                aria-rowindex={line + 2}
                className={classes["row"]}
                style={style}
              >
                {entry === undefined ? (
                  <div role="cell" className={classes["more"]}>
                    <Skeleton h={12} />
                  </div>
                ) : (
                  <Cells bucket={bucket} folder={folder} entry={entry} selection={selection} />
                )}
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}
