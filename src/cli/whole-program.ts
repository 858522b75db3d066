/** Everything but the version, in one: the bundle makes a file of it. */
export { complete } from "./command/complete.js";
export { runProgram } from "./program.js";
