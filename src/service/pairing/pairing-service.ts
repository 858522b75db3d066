import type { Conversation, RequestHandler } from "../../session/served-connection.js";
import { readOptionalWholeNumber, readString } from "../../wire/field.js";
import type { Message } from "../../wire/message.js";
import { SampanError } from "../../wire/sampan-error.js";
import type { CallerFacts, ServedService } from "../served-service.js";
import { isLinkRight, type LinkRight } from "../server-links.js";
import { maxExchangeLength } from "./opaque.js";
import type { PairingDesk, PairingEnd, PairingTry } from "./pairing-desk.js";

/*
 *   C→S  pair        {request}               by a caller without a token, while pairing is open
 *   S→C  pair-answer {response}
 *   C→S  pair-proof  {proof}
 *   S→C  end         {link, name}
 *
 *   C→S  pair-open   {forMs?, gives?}        by the server's owner on the same machine; the code is over with the connection
 *   S→C  pair-code   {code, forMs}
 *   S→C  paired      {address} …, pair-guess {address, left} …, end {why}
 */

const defaultForMs = 5 * 60_000;
const maxForMs = 24 * 3_600_000;

export interface PairingServiceOptions {
  readonly desk: PairingDesk;
  /** How a client may call this server. */
  readonly name: string;
  /** The link that allows so much; undefined if the server does not give it. */
  readonly linkFor: (gives: LinkRight) => string | undefined;
}

/** The requests of pairing. */
export function pairingService(options: PairingServiceOptions): ServedService {
  return {
    requests: (caller) =>
      new Map<string, RequestHandler>([
        [
          "pair",
          { right: "pair", endsConnection: true, handle: (request, talk) => pair(options, caller, request, talk) },
        ],
        [
          "pair-open",
          { right: "own", endsConnection: false, handle: (request, talk) => openCode(options, request, talk) },
        ],
      ]),
    close: async () => options.desk.close(),
  };
}

async function pair(
  { desk, name }: PairingServiceOptions,
  caller: CallerFacts,
  request: Message,
  talk: Conversation,
): Promise<void> {
  // Without the seal there is no certificate, and nothing would tell who reads the link.
  if (!caller.sealed) throw new SampanError("E_PLAIN_REFUSED", "pairing needs a sealed connection");
  const begun = desk.begin(readString(request.header, "request", maxExchangeLength), caller.address);
  try {
    const proof = await proofOf(talk, begun);
    talk.channel.send({ kind: "end", link: begun.prove(proof), name });
  } finally {
    begun.fail();
  }
}

function proofOf(talk: Conversation, begun: PairingTry): Promise<string> {
  return new Promise((resolve, reject) => {
    talk.onMessage = ({ header }) => {
      if (header.kind !== "pair-proof") throw new SampanError("E_PROTOCOL", "expected the proof of a pairing");
      resolve(readString(header, "proof", maxExchangeLength));
    };
    talk.onClose = reject;
    talk.channel.send({ kind: "pair-answer", response: begun.response });
  });
}

async function openCode({ desk, linkFor }: PairingServiceOptions, request: Message, talk: Conversation): Promise<void> {
  const { header } = request;
  const forMs = readOptionalWholeNumber(header, "forMs", maxForMs, 1000) ?? defaultForMs;
  const gives = header.gives === undefined ? undefined : readString(header, "gives", 16);
  if (gives !== undefined && !isLinkRight(gives)) throw new SampanError("E_USAGE", `there is no link for "${gives}"`);
  const link = gives === undefined ? (linkFor("write") ?? linkFor("read")) : linkFor(gives);
  if (link === undefined) throw new SampanError("E_USAGE", `this server does not give the right "${gives}"`);
  const { channel } = talk;
  let isOver = false;
  const over = new Promise<PairingEnd>((resolve) => {
    talk.onClose = () => {
      if (!isOver) desk.close();
    };
    const options = {
      forMs,
      times: 1,
      link,
      onPaired: (address: string) => channel.send({ kind: "paired", address }),
      onGuess: (address: string, left: number) => channel.send({ kind: "pair-guess", address, left }),
      onOver: (why: PairingEnd) => {
        isOver = true;
        resolve(why);
      },
    };
    desk.open(options).then(
      (code) => {
        if (channel.closed) desk.close();
        else channel.send({ kind: "pair-code", code, forMs });
      },
      () => resolve("closed"),
    );
  });
  channel.send({ kind: "end", why: await over });
}
