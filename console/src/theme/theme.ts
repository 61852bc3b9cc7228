import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from "@mantine/core"

/** Deep teal: the accent of everything that can be pressed. Shade 7 has a contrast of at least 4.5:1 against white. */
const seal: MantineColorsTuple = [
  "#eaf6f6",
  "#d5eaea",
  "#a8d3d3",
  "#78bbbc",
  "#52a7a9",
  "#37999d",
  "#1f8488",
  "#0f6e73",
  "#0b5c61",
  "#04484d",
]

/**
 * For destructive actions. Shade 7 has a contrast of at least 4.5:1 against white, shade 3 against the surfaces of dark
 * mode.
 */
const red: MantineColorsTuple = [
  "#fdeceb",
  "#f8d3d0",
  "#f1a9a4",
  "#ff958e",
  "#dd5e55",
  "#cc4037",
  "#b92d25",
  "#a11a1a",
  "#881313",
  "#6d0c0c",
]

/** A neutral with a hint of the accent, for dark mode. */
const dark: MantineColorsTuple = [
  "#d3dadd",
  "#b5bfc3",
  "#94a1a6",
  "#6b7a80",
  "#3d4a50",
  "#313c41",
  "#252e32",
  "#1b2327",
  "#141b1e",
  "#0e1315",
]

export const theme: MantineThemeOverride = createTheme({
  primaryColor: "seal",
  primaryShade: { light: 7, dark: 7 },
  colors: { seal, dark, red },
  defaultRadius: 4,
  cursorType: "pointer",
  focusRing: "auto",
  fontFamily:
    '"Inter", "SF Pro Text", "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace',
  fontSizes: {
    xs: "0.75rem",
    sm: "0.8125rem",
    md: "0.875rem",
    lg: "1rem",
    xl: "1.25rem",
  },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.35" },
      h2: { fontSize: "1rem", lineHeight: "1.4" },
      h3: { fontSize: "0.875rem", lineHeight: "1.4" },
    },
  },
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "md" } },
    TextInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    NumberInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", allowDeselect: false, checkIconPosition: "right" } },
    Checkbox: { defaultProps: { size: "sm" } },
    Radio: { defaultProps: { size: "sm" } },
    Switch: { defaultProps: { size: "sm" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 360 } },
    // Locking the scroll adds a style element, which the Content-Security-Policy forbids.
    Modal: { defaultProps: { lockScroll: false, transitionProps: { duration: 100 } } },
    Drawer: { defaultProps: { lockScroll: false, transitionProps: { duration: 100 } } },
    Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 80 } } },
  },
})
