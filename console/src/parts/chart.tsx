import "uplot/dist/uPlot.min.css"
import { useMantineTheme, useComputedColorScheme } from "@mantine/core"
import { useElementSize, useMergedRef } from "@mantine/hooks"
import { useEffect, useRef, type ReactNode } from "react"
import uPlot from "uplot"
import { currentLanguage } from "../i18n/language.ts"
import classes from "./chart.module.css"

export interface Series {
  readonly label: string
  /** A custom property with the colour, such as `--accent`. */
  readonly color: string
  readonly values: readonly (number | null)[]
}

interface ChartProps {
  /** A description of the chart, for users who cannot see it. */
  readonly label: string
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[]
  readonly series: readonly Series[]
  /** The unit after the numbers of the axis. */
  readonly unit: string
}

const HEIGHT = 180

function options(width: number, { series, unit }: ChartProps): uPlot.Options {
  const styles = getComputedStyle(document.documentElement)
  const probe = document.createElement("span")
  document.body.append(probe)
  const color = (name: string): string => {
    // light-dark() is resolved only where it is used as a colour.
    probe.style.color = `var(${name})`
    return getComputedStyle(probe).color
  }
  const font = `11px ${styles.getPropertyValue("--mantine-font-family")}`
  const axis = { stroke: color("--ink-soft"), grid: { stroke: color("--line"), width: 1 }, font }
  const clock = new Intl.DateTimeFormat(currentLanguage(), { timeStyle: "short" })
  const built: uPlot.Options = {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.15)] } },
    axes: [
      { ...axis, values: (_plot, ticks) => ticks.map((tick) => clock.format(tick * 1000)) },
      { ...axis, size: 62, values: (_plot, ticks) => ticks.map((tick) => `${tick} ${unit}`) },
    ],
    series: [
      {},
      ...series.map((each) => ({
        label: each.label,
        stroke: color(each.color),
        width: 1.5,
        points: { size: 4 },
      })),
    ],
  }
  probe.remove()
  return built
}

/** Lines over time. */
export function Chart(props: ChartProps): ReactNode {
  const { ref: measured, width } = useElementSize()
  const frame = useRef<HTMLDivElement>(null)
  const ref = useMergedRef(measured, frame)
  const plot = useRef<uPlot>(null)
  const scheme = useComputedColorScheme()
  const theme = useMantineTheme()
  const data = [
    [...props.times],
    ...props.series.map((each) => [...each.values]),
  ] as uPlot.AlignedData
  const latest = useRef({ props, data })
  latest.current = { props, data }
  const shape = `${props.unit} ${props.series.map((each) => each.label).join()}`

  useEffect(() => {
    const target = frame.current
    if (target === null || width === 0) return
    const made = new uPlot(options(width, latest.current.props), latest.current.data, target)
    plot.current = made
    return () => made.destroy()
  }, [width, scheme, theme, shape])
  useEffect(() => plot.current?.setData(data))

  return <div ref={ref} className={classes["chart"]} role="img" aria-label={props.label} />
}
