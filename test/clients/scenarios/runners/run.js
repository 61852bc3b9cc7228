// Runs the tests of each runner, and prints them as TAP.
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"

const JEST = [
  "--experimental-vm-modules",
  "node_modules/jest/bin/jest.js",
  "jest.test.js",
  "--json",
]
const VITEST = ["node_modules/vitest/vitest.mjs", "run", "vitest.test.js", "--reporter=json"]

// The package is a link to the checkout and exports the build, so the checkout is built first.
spawnSync(process.execPath, [join(process.env.CHECKOUT, "scripts", "run.mjs"), "build"], {
  stdio: "inherit",
})

/** vitest's JSON report has the same format as Jest's. */
for (const [runner, args] of Object.entries({ jest: JEST, vitest: VITEST })) {
  const report = `${runner}.json`
  spawnSync(process.execPath, [...args, `--outputFile=${report}`], { stdio: "inherit" })
  const { testResults } = JSON.parse(readFileSync(report, "utf8"))
  for (const { message, assertionResults } of testResults) {
    if (message) process.stdout.write(`${message}\n`)
    for (const { fullName, status, failureMessages } of assertionResults) {
      for (const text of failureMessages) process.stdout.write(`${text}\n`)
      const name = `${runner} > ${fullName}`
      process.stdout.write(
        `# Subtest: ${name}\n${status === "passed" ? "" : "not "}ok 1 - ${name}\n`,
      )
    }
  }
}
