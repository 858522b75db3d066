/** Which way bytes went, seen from here. `tap` sees two peers: what the client sent is `in`, what the target sent is `out`. */
export type Direction = "in" | "out";
