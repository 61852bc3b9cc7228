// Loaded into a server by `npm run limits`. It responds to every message from the parent with the longest time for
// which the event loop was blocked since the previous message, in milliseconds. The time is the thread's processor
// time, so that other programs on the machine do not affect it.
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
