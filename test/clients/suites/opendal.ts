import { parseTap } from "../parse-output.ts"
import { followLines, scenarioEnv } from "../scenario.ts"
import type { Suite } from "../suite.ts"

export const OPENDAL: Suite = {
  name: "opendal",
  title: "opendal 0.59.5 (Rust), its service oss over https, a scenario",
  programs: ["cargo", "bash"],
  scenarios: { "opendal/Cargo.toml": "Cargo.toml", "opendal/src/main.rs": "src/main.rs" },
  install: [{ program: "cargo", args: ["build", "-q"] }],
  buckets: [{ name: "opendal-scenario", acl: "private" }],
  runTls: (server) =>
    followLines("Rust", server, { command: "target/debug/scenario", env: scenarioEnv(server) }),
  parse: parseTap,
  minutesMax: 5,
}
