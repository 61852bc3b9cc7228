import { parseTap } from "../parse-output.ts"
import { followLines, scenarioEnv } from "../scenario.ts"
import type { Suite } from "../suite.ts"

/** Outside the suite's folder, so that the build is kept when the scenario changes. */
const TARGET = "../opendal-target"

export const OPENDAL: Suite = {
  name: "opendal",
  title: "opendal 0.59.5 (Rust), its service oss over https, a scenario",
  programs: ["cargo", "bash"],
  scenarios: { "opendal/Cargo.toml": "Cargo.toml", "opendal/src/main.rs": "src/main.rs" },
  install: [{ program: "cargo", args: ["build", "-q"], env: { CARGO_TARGET_DIR: TARGET } }],
  buckets: [{ name: "opendal-scenario", acl: "private" }],
  runTls: (server) =>
    followLines("Rust", server, { command: `${TARGET}/debug/scenario`, env: scenarioEnv(server) }),
  parse: parseTap,
  minutesMax: 5,
}
