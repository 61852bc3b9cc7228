import { ActionIcon, Skeleton } from "@mantine/core"
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { formatNumber } from "./formats.ts"
import classes from "./data-table.module.css"

export interface Column<Row> {
  readonly name: string
  readonly heading: string
  readonly align?: "start" | "end"
  /** Present where the server can sort by it. */
  readonly sorting?: {
    readonly state: "ascending" | "descending" | "none"
    readonly toggle: () => void
  }
  readonly cell: (row: Row) => ReactNode
}

interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** undefined until they are loaded. */
  readonly rows: readonly Row[] | undefined
  readonly rowName: (row: Row) => string
}

const ARROWS = { ascending: " ↑", descending: " ↓", none: "" } as const

function Heading<Row>({ column }: { readonly column: Column<Row> }): ReactNode {
  const { t } = useTranslation()
  const { heading, sorting, align = "start" } = column
  return (
    <th scope="col" data-align={align} aria-sort={sorting?.state}>
      {sorting === undefined ? (
        heading
      ) : (
        <button
          type="button"
          className={classes["sort"]}
          onClick={sorting.toggle}
          title={t("keys.sort", { column: heading })}
        >
          {heading}
          <span aria-hidden>{ARROWS[sorting.state]}</span>
        </button>
      )}
    </th>
  )
}

/** A table whose rows are skeletons until they are loaded. */
export function DataTable<Row>({ label, columns, rows, rowName }: DataTableProps<Row>): ReactNode {
  return (
    <div className={classes["frame"]}>
      <table className={classes["table"]} aria-label={label} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.name} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows === undefined
            ? [1, 2, 3].map((row) => (
                <tr key={row}>
                  {columns.map(({ name }) => (
                    <td key={name}>
                      <Skeleton h={14} />
                    </td>
                  ))}
                </tr>
              ))
            : rows.map((row) => (
                <tr key={rowName(row)}>
                  {columns.map(({ name, cell, align = "start" }) => (
                    <td key={name} data-align={align}>
                      {cell(row)}
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  )
}

interface PagerProps {
  readonly page: number
  readonly pageSize: number
  readonly total: number
  readonly onPage: (page: number) => void
}

/** Pages by number; nothing when one page holds all rows. */
export function Pager({ page, pageSize, total, onPage }: PagerProps): ReactNode {
  const { t } = useTranslation()
  if (total <= pageSize) return null
  const from = (page - 1) * pageSize + 1
  const to = Math.min(total, page * pageSize)
  const range = { from: formatNumber(from), to: formatNumber(to), total: formatNumber(total) }
  return (
    <div className={classes["foot"]}>
      <span>{t("parts.pageOf", range)}</span>
      <ActionIcon
        aria-label={t("parts.previous")}
        disabled={page === 1}
        onClick={() => onPage(page - 1)}
      >
        <IconChevronLeft size={16} />
      </ActionIcon>
      <ActionIcon
        aria-label={t("parts.next")}
        disabled={to === total}
        onClick={() => onPage(page + 1)}
      >
        <IconChevronRight size={16} />
      </ActionIcon>
    </div>
  )
}
