import { SampanError } from "../../wire/sampan-error.js";

/*
 * OPAQUE (RFC 9807) with the code as password. The host plays both halves of the registration itself, as it made the
 * code. The fingerprint of the certificate that each end sees on the connection is the server's identity in the
 * exchange: whoever stands between shows the client another certificate, and the two ends come to no common key. So
 * what is said after a good end of the exchange is said to the other holder of the code, over a connection that nobody
 * else reads.
 */

const user = "pair";

/** Longest message of the exchange, in characters; honest ones have 430. */
export const maxExchangeLength = 1024;

type Opaque = typeof import("@serenity-kit/opaque");

// 430 KB of WebAssembly, and 0.4 s of work when a code is made: loaded when there is a code.
async function load(): Promise<Opaque> {
  // The package is CommonJS: only its default export is the same in a bundle and outside of one.
  const { default: opaque } = await import("@serenity-kit/opaque");
  await opaque.ready;
  return opaque;
}

/** The server's half of one code. */
export interface HostExchange {
  /** Takes a client's first message. E_PROTOCOL if it is none. */
  answer(request: string): HostAnswer;
}

export interface HostAnswer {
  readonly response: string;
  /** Whether the client's last message proves that it has the code, and sees this server's own certificate. */
  accept(proof: string): boolean;
}

export async function hostExchange(code: string, fingerprint: string): Promise<HostExchange> {
  const { client, server } = await load();
  const identifiers = { server: fingerprint };
  const serverSetup = server.createSetup();
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: code });
  const { registrationResponse } = server.createRegistrationResponse({
    serverSetup,
    userIdentifier: user,
    registrationRequest,
  });
  const { registrationRecord } = client.finishRegistration({
    clientRegistrationState,
    registrationResponse,
    password: code,
    identifiers,
  });
  return {
    answer(startLoginRequest) {
      try {
        const login = { serverSetup, userIdentifier: user, registrationRecord, startLoginRequest, identifiers };
        const { serverLoginState, loginResponse } = server.startLogin(login);
        return {
          response: loginResponse,
          accept: (finishLoginRequest) =>
            isGood(() => server.finishLogin({ serverLoginState, finishLoginRequest, identifiers })),
        };
      } catch (cause) {
        throw new SampanError("E_PROTOCOL", "this is no message of a pairing", { cause });
      }
    },
  };
}

/** The client's half. */
export interface ClientExchange {
  readonly request: string;
  /** The proof for the server; undefined if the two ends do not have the same code, or somebody stands between. */
  finish(response: string): string | undefined;
}

export async function clientExchange(code: string, fingerprint: string): Promise<ClientExchange> {
  const { client } = await load();
  const { clientLoginState, startLoginRequest } = client.startLogin({ password: code });
  return {
    request: startLoginRequest,
    finish(loginResponse) {
      const login = { clientLoginState, loginResponse, password: code, identifiers: { server: fingerprint } };
      try {
        return client.finishLogin(login)?.finishLoginRequest;
      } catch (cause) {
        throw new SampanError("E_PROTOCOL", "the server's answer is no message of a pairing", { cause });
      }
    },
  };
}

/** The library throws for a message that does not fit, whether damaged or wrong. */
function isGood(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
