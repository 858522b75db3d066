import type tls from "node:tls";

/** The protocol name that a TLS client offers (ALPN), and the one that browsers do. */
export const sampanProtocol = "sampan/1";
export const httpProtocol = "http/1.1";

/** AES-128-GCM first: as safe here as the others, and the fastest wherever the processor has AES. */
export const tlsSettings = {
  minVersion: "TLSv1.3",
  maxVersion: "TLSv1.3",
  ciphers: "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384",
  // A fingerprint says who is there: the system's authorities have no say, and reading them all takes Node 20 some 20 ms.
  ca: [],
} satisfies tls.SecureContextOptions;
