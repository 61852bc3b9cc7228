#!/usr/bin/env node
// The command of the package. Plain JavaScript that an old Node parses too, so that it can say what is missing.
const OLDEST_MAJOR = 26

if (Number.parseInt(process.versions.node, 10) < OLDEST_MAJOR) {
  process.stderr.write(
    "osseal: this is Node " +
      process.versions.node +
      ", and osseal needs Node " +
      OLDEST_MAJOR +
      " or newer.\n",
  )
  process.exitCode = 1
} else {
  import("../dist/main.js").catch(function (error) {
    process.stderr.write("osseal: " + (error.stack || error) + "\n")
    process.exitCode = 1
  })
}
