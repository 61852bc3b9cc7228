import assert from "node:assert/strict"
import { test } from "node:test"
import { createDamageNotes } from "./damage-notes.ts"

test("damage that is found again counts once, and a survey's count stays until the next survey ends", () => {
  const damage = createDamageNotes()
  damage.note("row 1")
  damage.note("row 1")
  assert.equal(damage.count(), 1)
  damage.beginSurvey()
  damage.noteSurveyed(3)
  assert.equal(damage.count(), 3)
  damage.endSurvey()
  damage.beginSurvey()
  assert.equal(damage.count(), 3)
  damage.noteSurveyed(2)
  damage.endSurvey()
  assert.equal(damage.count(), 2)
})

test("forgotten damage counts again when it is found again", () => {
  const damage = createDamageNotes()
  damage.note("row 1")
  damage.note("row 2")
  damage.beginSurvey()
  damage.noteSurveyed(5)
  damage.endSurvey()
  damage.forget()
  assert.equal(damage.count(), 0)
  damage.note("row 1")
  assert.equal(damage.count(), 1)
})
