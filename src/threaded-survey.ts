import type { KeyObject } from "node:crypto"
import { once } from "node:events"
import { extname } from "node:path"
import { Worker } from "node:worker_threads"
import type { Survey } from "./objects/survey.ts"
import type { SurveyAnswer, SurveyData, SurveyRequest } from "./survey-messages.ts"

/**
 * The survey of a server's directory on its own thread, which starts with the first look and ends when it rests. One
 * look at a time. A look throws when the thread fails; the next one starts another thread.
 */
export function createThreadedSurvey(directory: string, rootSecret: KeyObject): Survey {
  let thread: Worker | undefined

  function start(): Worker {
    const started = startThread({ directory, rootSecret })
    // A caller that waits for it is notified; when none does, the next look starts another thread.
    started.on("error", () => undefined)
    started.on("exit", () => {
      if (thread === started) thread = undefined
    })
    return started
  }

  async function rest(): Promise<void> {
    const ending = thread
    thread = undefined
    await ending?.terminate()
  }

  return {
    async look(what, from) {
      thread ??= start()
      try {
        thread.postMessage({ what, from } satisfies SurveyRequest)
        const answer = await answerOf(thread)
        if (answer.kind === "failed") throw new Error(`the survey failed: ${answer.message}`)
        return answer.sight
      } catch (error) {
        await rest()
        throw error
      }
    },
    rest,
  }
}

function startThread(data: SurveyData): Worker {
  // It is .ts in the source and .js in the published package.
  const file = new URL(`./survey-thread${extname(import.meta.filename)}`, import.meta.url)
  const thread = new Worker(file, { workerData: data, name: "survey" })
  // An idle thread does not keep the process alive.
  thread.unref()
  return thread
}

/** Throws when the thread ends before it responds. */
async function answerOf(thread: Worker): Promise<SurveyAnswer> {
  const settled = new AbortController()
  const { signal } = settled
  const ended = once(thread, "exit", { signal }).then(() => {
    throw new Error("the survey's thread ended")
  })
  try {
    const answer = once(thread, "message", { signal })
    const [first] = (await Promise.race([answer, ended])) as [SurveyAnswer]
    return first
  } finally {
    settled.abort()
  }
}
