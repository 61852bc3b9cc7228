// A WebAssembly module in its binary format, instruction by instruction, for functions that are too short to need a compiler.

/** Instructions, or any other part of a module, as bytes. */
export type Code = readonly number[]

export const I32 = 0x7f
export const I64 = 0x7e
export const V128 = 0x7b
const VOID = 0x40

/** Encodes a number of up to 32 bits as LEB128, which the format uses. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)]
}

/** The same for a number that is not negative, where the format expects a signed one. */
export function signed(value: number): Code {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)]
}

// The instructions that several modules use, under the names of WebAssembly's specification.
export const block: Code = [0x02, VOID]
export const loop: Code = [0x03, VOID]
export const end: Code = [0x0b]
export const br = (depth: number): Code => [0x0c, depth]
export const brIf = (depth: number): Code => [0x0d, depth]
export const localGet = (local: number): Code => [0x20, local]
export const localSet = (local: number): Code => [0x21, local]
export const i32Const = (value: number): Code => [0x41, ...signed(value)]
export const i32Add: Code = [0x6a]
export const v128Load = (offset: number): Code => [0xfd, 0x00, 4, ...unsigned(offset)]
export const v128Store = (offset: number): Code => [0xfd, 0x0b, 4, ...unsigned(offset)]
export const v128Xor: Code = [0xfd, 0x51]

/** Repeats `step` until `isDone`. */
export function repeated(isDone: Code, step: Code): Code {
  return [...block, ...loop, ...isDone, ...brIf(1), ...step, ...br(0), ...end, ...end]
}

export interface WasmFunction {
  readonly name: string
  readonly parameters: Code
  readonly results: Code
  /** The types of the locals after the parameters, each with a count before it. */
  readonly locals: readonly (readonly [count: number, type: number])[]
  readonly code: Code
}

/** A module that exports its functions. Its memory is one of its own, exported as "memory", or `ring.memory` of its imports. */
export function assembleModule(
  functions: readonly WasmFunction[],
  memory: { readonly pages: number; readonly isImported: boolean },
): Uint8Array<ArrayBuffer> {
  const [functionExport, memoryExport, sharedWithLimit] = [0, 2, 3]
  const pages = unsigned(memory.pages)
  const types = functions.flatMap(({ parameters, results }) => [
    ...[0x60, parameters.length, ...parameters],
    ...[results.length, ...results],
  ])
  const exported = functions.map(({ name }, index) => [...nameOf(name), functionExport, index])
  if (!memory.isImported) exported.push([...nameOf("memory"), memoryExport, 0])
  const imported = [...nameOf("ring"), ...nameOf("memory"), memoryExport, sharedWithLimit]
  return Uint8Array.from([
    ...[0, ...Buffer.from("asm"), 1, 0, 0, 0],
    ...section(1, [functions.length, ...types]),
    ...(memory.isImported ? section(2, [1, ...imported, ...pages, ...pages]) : []),
    ...section(3, [functions.length, ...functions.keys()]),
    ...(memory.isImported ? [] : section(5, [1, 0, ...pages])),
    ...section(7, [exported.length, ...exported.flat()]),
    ...section(10, [functions.length, ...functions.flatMap(bodyOf)]),
  ])
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content]
}

function nameOf(text: string): Code {
  return [text.length, ...Buffer.from(text)]
}

function bodyOf({ locals, code }: WasmFunction): Code {
  const body = [locals.length, ...locals.flat(), ...code, ...end]
  return [...unsigned(body.length), ...body]
}

/** Memory that threads share. It can be sent to another thread. */
export interface SharedWasmMemory {
  readonly buffer: SharedArrayBuffer
}

/** The members of the global that are used here. TypeScript declares the global only together with all browser types. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, unknown>> }
  readonly Memory: new (pages: {
    readonly initial: number
    readonly maximum: number
    readonly shared: true
  }) => SharedWasmMemory
}

export function newSharedMemory(pages: number): SharedWasmMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
}

/** What the module exports: its functions, and its memory if it is its own. */
export function instantiate(
  module: Uint8Array,
  memory?: SharedWasmMemory,
): Readonly<Record<string, unknown>> {
  return new WebAssembly.Instance(new WebAssembly.Module(module), { ring: { memory } }).exports
}
