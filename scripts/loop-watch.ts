// Loaded into a server by `npm run limits`: every message from the parent is answered by the longest time for which the
// event loop was held since the message before, in milliseconds. It is counted in processor time of the thread, so that
// other programs on the machine do not show.
const EVERY_MS = 2
const watched = { lastMs: threadMs(), longestMs: 0 }

function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

setInterval(() => {
  const nowMs = threadMs()
  watched.longestMs = Math.max(watched.longestMs, nowMs - watched.lastMs)
  watched.lastMs = nowMs
}, EVERY_MS).unref()

process.on("message", () => {
  process.send?.(watched.longestMs)
  watched.longestMs = 0
})
