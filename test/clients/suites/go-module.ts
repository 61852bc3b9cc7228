import type { Step } from "../suite.ts"

/** Copies a module from the Go module proxy into the suite's folder, where its tests can be built and may write. */
export function copyGoModule(path: string, version: string): readonly Step[] {
  const script = `dir="$(go mod download -json '${path}@${version}' | sed -n 's/^\\s*"Dir": "\\(.*\\)",$/\\1/p')"
cp -r "$dir/." . && chmod -R u+w .`
  return [{ program: "bash", args: ["-ceu", script], env: { GO111MODULE: "on", GOWORK: "off" } }]
}
