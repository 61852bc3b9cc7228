import "@mantine/core/styles.css"
import "virtual:theme.css"
import "./theme/global.css"
import { createRoot } from "react-dom/client"
import { App } from "./app.tsx"
import { startLanguage } from "./i18n/language.ts"

const root = document.getElementById("root")
if (root === null) throw new Error("index.html has no element with the id root")
await startLanguage()
createRoot(root).render(<App />)
