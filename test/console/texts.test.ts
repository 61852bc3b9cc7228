import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { en } from "../../console/src/i18n/en/texts.ts"
import { zhCn } from "../../console/src/i18n/zh-cn/texts.ts"
import { ADMIN_ERRORS } from "../../src/admin-api/errors.ts"

/** Every text by its path: `keys.dialog.disable`. */
function flatten(texts: object, prefix = ""): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, value] of Object.entries(texts) as [string, unknown][]) {
    if (typeof value === "string") found.set(`${prefix}${name}`, value)
    else if (typeof value === "object" && value !== null) {
      for (const [path, text] of flatten(value, `${prefix}${name}.`)) found.set(path, text)
    }
  }
  return found
}

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{\w+\}\}/g)].map(String).sort()

/** Words that are the same in both languages. */
const UNTRANSLATED =
  /^(parts\.encryption\.(AES256|KMS|SM4)|signIn\.(accessKeyId|secret)|overview\.(oss|kms)|keys\.arn|objects\.(etag|crc64|bucket)|keys\.bucket|shell\.palette\.bucket|activity\.(door\.kms|filterCaller))$/

describe("the texts of the console", () => {
  const english = flatten(en)
  const chinese = flatten(zhCn)

  test("there is a text for everything in both languages", () => {
    assert.deepEqual([...chinese.keys()].sort(), [...english.keys()].sort())
    const empty = [...english, ...chinese].filter(([, text]) => text.trim() === "")
    assert.deepEqual(empty, [])
  })

  test("both languages insert the same values", () => {
    const different = [...english].filter(
      ([path, text]) => placeholders(text).join() !== placeholders(chinese.get(path) ?? "").join(),
    )
    assert.deepEqual(different, [])
  })

  test("no Chinese text is left in English", () => {
    const left = [...chinese].filter(
      ([path, text]) => !/\p{Script=Han}/u.test(text) && !UNTRANSLATED.test(path),
    )
    assert.deepEqual(left, [])
  })

  test("Chinese texts use Chinese punctuation", () => {
    const wrong = [...chinese].filter(([, text]) => /\p{Script=Han}[,:;?(]/u.test(text))
    assert.deepEqual(wrong, [])
  })

  test("Chinese texts have one word for each idea, that of Alibaba Cloud's consoles", () => {
    // Bucket, 文件, 对象存储, 开启版本控制, 预删除周期, 解锁方式, 短划线.
    const others = /存储空间|\bObject\b|存储服务|开通版本|等待期|解锁手段|短横线/u
    const wrong = [...chinese].filter(([, text]) => others.test(text))
    assert.deepEqual(wrong, [])
  })

  test("every error of the admin API is explained, with what to do", () => {
    const explained = Object.keys(en.errors)
    const missing = Object.keys(ADMIN_ERRORS).filter((code) => !explained.includes(code))
    assert.deepEqual(missing, [])
  })
})
