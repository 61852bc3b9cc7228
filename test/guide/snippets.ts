/** A program of a page of the guide. */
export interface Snippet {
  /** The language, and the words after it: `python run`. */
  readonly language: string
  readonly isRun: boolean
  /** The nearest heading above it. */
  readonly heading: string
  readonly code: string
  /** The text block that follows a program: what it prints. */
  readonly output: string | undefined
  /** The text between its heading and the program. */
  readonly before: string
}

/** The fenced blocks of a page, in order; a program with output is joined with it. */
export function readSnippets(markdown: string): Snippet[] {
  const snippets: Snippet[] = []
  for (const section of markdown.split(/^(?=## )/m)) {
    const heading = /^## (.*)$/m.exec(section)?.[1] ?? ""
    for (const match of section.matchAll(/^```(\S+)(.*)\n([^]*?)^```$/gm)) {
      const [, language = "", words = "", code = ""] = match
      const last = snippets.at(-1)
      if (language === "text" && last !== undefined) {
        snippets[snippets.length - 1] = { ...last, output: code }
      } else {
        const before = section.slice(0, match.index)
        const isRun = words.trim() === "run"
        snippets.push({ language, isRun, heading, code, output: undefined, before })
      }
    }
  }
  return snippets
}
