// The output of the suites' runners, read as tests and their results.
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { compareOutcomes } from "./known-failures.ts"
import { answerQuery } from "./name-server.ts"
import { parseGocheck, parseGoTest, parsePytest, parseTap } from "./parse-output.ts"
import type { Outcome } from "./suite.ts"

/** `test result` of each, in order. */
function lines(outcomes: readonly Outcome[]): string[] {
  return outcomes.map(({ test: name, result }) => `${name} ${result}`)
}

describe("the output of", () => {
  test("go test -v: subtests count, and a test in progress when the program ended has failed", () => {
    const output = `=== RUN   TestA
=== RUN   TestA/sub
--- PASS: TestA (0.01s)
    --- SKIP: TestA/sub (0.00s)
=== RUN   TestB
    b_test.go:5: --- this is no result
--- FAIL: TestB (0.00s)
=== RUN   TestC
panic: runtime error
`
    const expected = ["TestA passed", "TestA/sub skipped", "TestB failed", "TestC failed"]
    assert.deepEqual(lines(parseGoTest(output)), expected)
  })

  test("gocheck: a panic and a missed set-up have failed, and a failure of a clean-up counts", () => {
    const output = `PASS: bucket_test.go:12: OssSuite.TestA\t0.01s
----------------------------------------------------------------------
FAIL: bucket_test.go:20: OssSuite.TestB

bucket_test.go:25:
    c.Assert(err, IsNil)
PANIC: bucket_test.go:30: OssSuite.TestC
MISS: bucket_test.go:40: OssSuite.TestD
SKIP: bucket_test.go:50: OssSuite.TestE (not supported)
FAIL: bucket_test.go:12: OssSuite.TestA
OOPS: 1 passed
`
    assert.deepEqual(lines(parseGocheck(output)), [
      "OssSuite.TestA failed",
      "OssSuite.TestB failed",
      "OssSuite.TestC failed",
      "OssSuite.TestD failed",
      "OssSuite.TestE skipped",
    ])
  })

  test("pytest -v: parameters are part of the name, errors have failed, and its summary adds nothing", () => {
    const output = `tests/test_a.py::TestA::test_one PASSED                    [ 10%]
tests/test_a.py::test_two[sync] FAILED                     [ 20%]
tests/test_a.py::test_three SKIPPED (no server)            [ 30%]
tests/test_a.py::TestA::test_one ERROR                     [ 40%]
=========================== short test summary info ============================
FAILED tests/test_a.py::test_two[sync] - AssertionError
`
    assert.deepEqual(lines(parsePytest(output)), [
      "tests/test_a.py::TestA::test_one failed",
      "tests/test_a.py::test_two[sync] failed",
      "tests/test_a.py::test_three skipped",
    ])
  })

  test("node --test: tests are named with their enclosing suites, which are not tests themselves", () => {
    const output = `TAP version 13
# Subtest: V1
    # Subtest: puts
    ok 1 - puts
      ---
      duration_ms: 1.5
      ...
    # Subtest: gets
    not ok 2 - gets
      ---
      error: 'not ok 3 - is no result'
      ...
    1..2
not ok 1 - V1
# Subtest: V4
    # Subtest: puts
    ok 1 - puts # SKIP
    1..1
ok 2 - V4
# Subtest: alone
ok 3 - alone
1..3
`
    const expected = ["V1 > puts passed", "V1 > gets failed", "V4 > puts skipped", "alone passed"]
    assert.deepEqual(lines(parseTap(output)), expected)
  })

  test("a program that prints one line of TAP a test", () => {
    const output = "warning\nok 1 - a, b and c\nnot ok 2 - d\nok 3 - e # SKIP no f\n1..3\n"
    assert.deepEqual(lines(parseTap(output)), ["a, b and c passed", "d failed", "e skipped"])
  })

  test("a program that ended before any test has no outcome", () => {
    for (const parse of [parseGoTest, parseGocheck, parsePytest, parseTap]) {
      assert.deepEqual(parse("cannot open shared object file\n"), [])
    }
  })
})

test("a run is as expected when listed tests fail, varying ones do either, and nothing else fails", () => {
  const known = { fails: { "not ours": ["a", "b"] }, varies: { "the machine's speed": ["c", "d"] } }
  const outcomes = (results: Readonly<Record<string, Outcome["result"]>>): Outcome[] =>
    Object.entries(results).map(([name, result]) => ({ test: name, result }))
  const fine = compareOutcomes(
    outcomes({ a: "failed", b: "failed", c: "failed", d: "passed", e: "passed", f: "skipped" }),
    known,
  )
  assert.deepEqual(fine, {
    passed: 2,
    knownFailures: 3,
    skipped: 1,
    newFailures: [],
    unexpectedPasses: [],
    notRun: [],
  })
  const other = compareOutcomes(outcomes({ a: "passed", e: "failed" }), known)
  assert.deepEqual(other.newFailures, ["e"])
  assert.deepEqual(other.unexpectedPasses, ["a"])
  assert.deepEqual(other.notRun, ["b"])
})

describe("the name server", () => {
  /** A query of the id 0x1234 for one name. */
  function query(name: string, type: number): Buffer {
    const labels = name.split(".").map((label) => {
      return Buffer.from([label.length, ...Buffer.from(label)])
    })
    const head = Buffer.from("123401000001000000000000", "hex")
    return Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1])])
  }

  const addressOf = (name: string): string | undefined =>
    name === "oss.example" ? "127.0.0.2" : undefined

  test("returns an address, no record of other types, and no such name for unknown names", () => {
    const found = answerQuery(query("OSS.example", 1), addressOf)
    assert.equal(found?.readUInt16BE(0), 0x1234)
    assert.equal(found.readUInt16BE(2) & 0x800f, 0x8000)
    assert.equal(found.readUInt16BE(6), 1)
    assert.deepEqual([...found.subarray(-4)], [127, 0, 0, 2])
    const ofAnotherKind = answerQuery(query("oss.example", 28), addressOf)
    assert.deepEqual([ofAnotherKind?.readUInt16BE(2), ofAnotherKind?.readUInt16BE(6)], [0x8180, 0])
    assert.equal(answerQuery(query("elsewhere.example", 1), addressOf)?.readUInt16BE(2), 0x8183)
  })

  test("does not respond to anything but a query", () => {
    const whole = query("oss.example", 1)
    for (const end of [0, 11, 14, whole.length - 1]) {
      assert.equal(answerQuery(whole.subarray(0, end), addressOf), undefined)
    }
  })
})
