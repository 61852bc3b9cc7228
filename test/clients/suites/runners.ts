import { join } from "node:path"
import { parseTap } from "../parse-output.ts"
import type { Suite } from "../suite.ts"

const VITEST = "5.1.2"
const JEST = "30.5.2"
const ROOT = join(import.meta.dirname, "..", "..", "..")

export const RUNNERS: Suite = {
  name: "runners",
  title: `vitest ${VITEST} and Jest ${JEST}, tests of ours with osseal/testing in them`,
  programs: ["npm"],
  install: [
    {
      program: "npm",
      args: [
        ...["install", "--ignore-scripts", "--no-audit", "--no-fund", "ali-oss@6.23.0"],
        ...[`vitest@${VITEST}`, `jest@${JEST}`, `@jest/globals@${JEST}`, `file:${ROOT}`],
      ],
    },
  ],
  scenarios: {
    "package.json": "package.json",
    "runners/cases.js": "cases.js",
    "runners/jest.test.js": "jest.test.js",
    "runners/vitest.test.js": "vitest.test.js",
    "runners/run.js": "run.js",
  },
  run: () => ({ program: process.execPath, args: ["run.js"], env: { CHECKOUT: ROOT } }),
  parse: parseTap,
  minutesMax: 10,
}
