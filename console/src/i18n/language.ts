import i18next from "i18next"
import { initReactI18next } from "react-i18next"
import type { Texts } from "./en/texts.ts"

export const LANGUAGES = ["en", "zh-CN"] as const
export type Language = (typeof LANGUAGES)[number]

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: "English",
  "zh-CN": "简体中文",
}

const STORED = "osseal.language"

/** Only one language is loaded; the other one is a file of its own. */
const loaders: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import("./en/texts.ts")).en,
  "zh-CN": async () => (await import("./zh-cn/texts.ts")).zhCn,
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "texts"
    resources: { texts: Texts }
    returnNull: false
  }
}

/** The one that was chosen, else the first of the browser's that we have, else English. */
function preferredLanguage(): Language {
  const stored = LANGUAGES.find((each) => each === localStorage.getItem(STORED))
  if (stored !== undefined) return stored
  for (const wanted of navigator.languages) {
    if (wanted.toLowerCase().startsWith("zh")) return "zh-CN"
    if (wanted.toLowerCase().startsWith("en")) return "en"
  }
  return "en"
}

async function load(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "texts")) {
    i18next.addResourceBundle(language, "texts", await loaders[language]())
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}

/** Loads the language that the user reads. Must end before the first text is shown. */
export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: "none",
    fallbackLng: false,
    defaultNS: "texts",
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  await load(preferredLanguage())
}

/** Shows everything in `language` from now on, here and at the next visit. */
export async function changeLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language)
  await load(language)
}

/** The language that is shown now. */
export function currentLanguage(): Language {
  return LANGUAGES.find((each) => each === i18next.language) ?? "en"
}
