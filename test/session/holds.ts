import fc from "fast-check";

/** fc.assert, which also says what went wrong in the case that failed. `examples` are seeds that failed once. */
export async function holds<T>(property: fc.IAsyncProperty<T>, options: fc.Parameters<T>): Promise<void> {
  try {
    await fc.assert(property, { endOnFailure: true, ...options });
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${String(cause)}\n${cause.stack ?? ""}` : "";
    // oxlint-disable-next-line preserve-caught-error -- the cause is kept
    throw new Error(`${message}\n${why}`, { cause });
  }
}
