declare const brand: unique symbol

/** A value that only the parser or generator which checked it can make. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
