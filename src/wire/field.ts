import type { ErrorCode } from "./error-code.js";
import { maxShortTextLength } from "./limits.js";
import { SampanError } from "./sampan-error.js";

/** A JSON object from the wire; nothing in it is trusted until one of the readers below has looked at it. */
export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(what: string, code: ErrorCode = "E_PROTOCOL"): never {
  throw new SampanError(code, what);
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A whole number from 0 (or `min`) to `max`, both within the safe integers. */
export function wholeNumber(value: unknown, name: string, max: number, min = 0): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < min) {
    refuse(`"${name}" must be a whole number of at least ${min}`);
  }
  if (value > max) refuse(`"${name}" is ${value}; the most is ${max}`, "E_TOO_LARGE");
  return value;
}

export function readWholeNumber(object: JsonObject, key: string, max: number, min = 0): number {
  return wholeNumber(own(object, key), key, max, min);
}

export function readOptionalWholeNumber(object: JsonObject, key: string, max: number, min = 0): number | undefined {
  const value = own(object, key);
  return value === undefined ? undefined : wholeNumber(value, key, max, min);
}

export function readString(object: JsonObject, key: string, maxLength = maxShortTextLength): string {
  const value = own(object, key);
  if (typeof value !== "string") refuse(`"${key}" must be a string`);
  if (value.length > maxLength) refuse(`"${key}" is longer than ${maxLength} characters`, "E_TOO_LARGE");
  return value;
}

export function readOptionalString(object: JsonObject, key: string, maxLength?: number): string | undefined {
  return own(object, key) === undefined ? undefined : readString(object, key, maxLength);
}

export function readBoolean(object: JsonObject, key: string): boolean {
  const value = own(object, key);
  if (value === undefined) return false;
  if (typeof value !== "boolean") refuse(`"${key}" must be true or false`);
  return value;
}

export function readArray(object: JsonObject, key: string, maxItems: number): readonly unknown[] {
  const value = own(object, key);
  if (!Array.isArray(value)) refuse(`"${key}" must be a list`);
  if (value.length > maxItems) refuse(`"${key}" has more than ${maxItems} items`, "E_TOO_LARGE");
  return value;
}

export function readStrings(object: JsonObject, key: string, maxItems: number, maxLength?: number): string[] {
  return readArray(object, key, maxItems).map((item) => readString({ [key]: item }, key, maxLength));
}

export function readObject(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  if (!isJsonObject(value)) refuse(`"${key}" must be an object`);
  return value;
}
