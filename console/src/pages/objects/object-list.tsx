import { Checkbox, Skeleton } from "@mantine/core"
import { useVirtualizer } from "@tanstack/react-virtual"
import { IconFile, IconFileX, IconFolder } from "@tabler/icons-react"
import { useEffect, useRef, type CSSProperties, type ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { EncryptionBadge } from "../../parts/badges.tsx"
import { Chip } from "../../parts/chip.tsx"
import { formatSize } from "../../parts/formats.ts"
import { Time } from "../../parts/time.tsx"
import { bucketPath, objectPath } from "../../shell/addresses.ts"
import { entryId, shortName, type Entry } from "./entries.ts"
import { ObjectMenu } from "./object-menu.tsx"
import type { Selection } from "./selection.ts"
import classes from "./object-list.module.css"

const ROW_PX = 34
/** The next page is requested this many lines before the end. */
const AHEAD = 400

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

function Headings({ selection }: { readonly selection: Selection }): ReactNode {
  const { t } = useTranslation()
  return (
    <div role="row" className={`${classes["row"] ?? ""} ${classes["headings"] ?? ""}`}>
      <div role="columnheader">
        <Checkbox
          aria-label={t("objects.selectAll")}
          checked={selection.isAll}
          onChange={selection.toggleAll}
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
  readonly entries: readonly Entry[]
  readonly selection: Selection
  readonly hasMore: boolean
  readonly onMore: () => void
}

/** The lines of a folder. Only the visible ones exist in the page; more are read while scrolling. */
export function ObjectList(props: ObjectListProps): ReactNode {
  const { entries, hasMore, onMore, bucket, folder, selection } = props
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: hasMore ? entries.length + 1 : entries.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  })
  const lines = virtual.getVirtualItems()
  const last = lines.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= entries.length - AHEAD) onMore()
  }, [hasMore, last, entries.length, onMore])
  return (
    // It scrolls, so it must be reachable by keyboard.
    <div
      ref={scroll}
      className={classes["scroll"]}
      tabIndex={0}
      role="region"
      aria-label={folder === "" ? bucket : folder}
    >
      <div
        className={classes["grid"]}
        role="table"
        aria-rowcount={hasMore ? -1 : entries.length + 1}
        aria-label={`${bucket}/${folder}`}
      >
        <div role="rowgroup">
          <Headings selection={selection} />
        </div>
        <div
          className={classes["rows"]}
          role="rowgroup"
          style={{ height: `${virtual.getTotalSize()}px` }}
        >
          {lines.map(({ index, start }) => {
            const entry = entries[index]
            const style: CSSProperties = { transform: `translateY(${start}px)` }
            return (
              <div
                key={entry === undefined ? "more" : entryId(entry)}
                role="row"
                aria-rowindex={index + 2}
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
