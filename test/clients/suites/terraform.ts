import { parseTap } from "../parse-output.ts"
import { scenarioEnv } from "../scenario.ts"
import type { Suite } from "../suite.ts"

export const TERRAFORM: Suite = {
  name: "terraform",
  title: "Terraform's backend oss, the program of this machine, a scenario",
  programs: ["terraform", "bash"],
  scenarios: { "terraform.sh": "terraform.sh" },
  install: [],
  buckets: [{ name: "terraform-scenario", acl: "private" }],
  run: (server) => ({ program: "bash", args: ["terraform.sh"], env: scenarioEnv(server) }),
  parse: parseTap,
  minutesMax: 5,
}
