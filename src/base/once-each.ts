/**
 * Calls `derive` once for each subject and keeps the result as long as the subject lives. For subjects and results that
 * never change.
 */
export function onceEach<Subject extends object, Result>(
  derive: (subject: Subject) => Result,
): (subject: Subject) => Result {
  const results = new WeakMap<Subject, { readonly result: Result }>()
  return (subject) => {
    const known = results.get(subject)
    if (known !== undefined) return known.result
    const result = derive(subject)
    results.set(subject, { result })
    return result
  }
}
