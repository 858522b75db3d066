/** What a server tells about pairing. The code is for the eyes of whoever started the server. */
export type PairingEvent =
  | { readonly event: "pairing-open"; readonly code: string; readonly forMs: number }
  | { readonly event: "paired"; readonly address: string }
  | { readonly event: "pairing-guess"; readonly address: string; readonly left: number }
  | { readonly event: "pairing-over"; readonly why: "used" | "guessed" | "expired" | "closed" };
