/** What nginx, ssh and sampan use here, too. */
export const cipherSettings = { minVersion: "TLSv1.3", ciphers: "TLS_AES_128_GCM_SHA256" };

/** TLS copies together what is written before it is ready; a plain socket takes what waits in one call. */
export const writesAtOnce = { tls: 1, plain: 4 };
