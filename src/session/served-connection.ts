import { maxPipelinedRequests } from "../wire/limits.js";
import type { Message } from "../wire/message.js";
import { type Right, refusalWithout } from "../wire/right.js";
import { SampanError, toSampanError } from "../wire/sampan-error.js";
import { Channel } from "./channel.js";
import { errorHeader } from "./error-message.js";
import { chooseDigest, parseHello, protocolVersion } from "./hello.js";
import type { Clock, DigestAlgorithm, Link, Timer } from "./ports.js";

/** One request and all that follows until its end. */
export interface Conversation {
  readonly channel: Channel;
  readonly digest: DigestAlgorithm;
  readonly rights: ReadonlySet<Right>;
  /** Identifies the token that opened the connection, without being it. */
  readonly holder: string;
  /** Takes the messages that belong to this conversation after the request; throws SampanError to end the connection. */
  onMessage: (message: Message) => void;
  /** The connection is over. */
  onClose: (error: SampanError) => void;
}

/**
 * Carries out one kind of request. When it rejects, the peer is told; the connection goes on unless `endsConnection`,
 * as after a transfer the peer may have much under way.
 */
export interface RequestHandler {
  /** What the caller's token must allow; without it the request is answered with E_RIGHTS. */
  readonly right: Right;
  readonly endsConnection: boolean;
  handle(request: Message, conversation: Conversation): Promise<void>;
}

export interface ServedConnectionOptions {
  readonly clock: Clock;
  readonly agent: string;
  readonly digests: readonly DigestAlgorithm[];
  readonly handlers: ReadonlyMap<string, RequestHandler>;
  readonly helloTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Resolves to what a token gives; undefined if it is not known, after whatever delay slows guessing down. */
  authenticate(token: string): Promise<{ holder: string; rights: ReadonlySet<Right> } | undefined>;
  onHello(agent: string, rights: ReadonlySet<Right>): void;
  onRefused(error: SampanError): void;
  onClose(): void;
}

/** The server's side of a connection: hello, then requests one after another. */
export class ServedConnection {
  readonly #options: ServedConnectionOptions;
  readonly channel: Channel;
  readonly #waiting: Message[] = [];
  #stage: "hello" | "authenticating" | "open" | "closed" = "hello";
  #conversation: Conversation | undefined;
  #deadline: Timer | undefined;
  #digest: DigestAlgorithm | undefined;
  #rights: ReadonlySet<Right> = new Set();
  #holder = "";

  constructor(link: Link, options: ServedConnectionOptions) {
    this.#options = options;
    this.channel = new Channel(link, options.clock, {
      onMessage: (message) => this.#take(message),
      onClose: (error) => this.#closed(error),
      onStall: () => {},
      admitBody: ({ kind }) => {
        if (this.#conversation && !options.handlers.has(kind)) return;
        throw new SampanError("E_PROTOCOL", `"${kind.slice(0, 40)}" does not carry a body here`);
      },
      allocateData: () => {
        throw new SampanError("E_PROTOCOL", "data outside of a transfer");
      },
    });
    this.#deadline = options.clock.after(options.helloTimeoutMs, () => {
      this.#refuse(new SampanError("E_TIMED_OUT", "no hello came in time"));
    });
  }

  /** Ends the connection; a running conversation is told why. */
  close(reason: SampanError): void {
    this.channel.fail(reason);
    this.#closed(reason);
  }

  #take(message: Message): void {
    if (this.#stage === "hello") return this.#takeHello(message);
    if (this.#stage === "closed") return;
    const isRequest = this.#options.handlers.has(message.header.kind);
    if (this.#stage === "open" && this.#conversation && !isRequest) {
      this.#guard(() => this.#conversation?.onMessage(message));
      return;
    }
    if (this.#waiting.length >= maxPipelinedRequests) {
      this.#refuse(new SampanError("E_TOO_LARGE", "too many requests at once"));
      return;
    }
    this.#waiting.push(message);
    if (this.#stage === "open" && !this.#conversation) this.#next();
  }

  #takeHello(message: Message): void {
    this.#guard(() => {
      const hello = parseHello(message.header);
      if (!hello.versions.includes(protocolVersion)) {
        throw new SampanError("E_VERSION", `this server speaks version ${protocolVersion}`);
      }
      this.#digest = chooseDigest(hello.digests, this.#options.digests);
      this.channel.peerPings = hello.pings;
      this.#stage = "authenticating";
      // Whoever is not known yet gets no memory beyond what was read together with the hello.
      this.channel.pause();
      this.#options
        .authenticate(hello.token)
        .then((known) => this.#welcome(known, hello.agent))
        .catch((thrown) => this.#refuse(toSampanError(thrown)));
    });
  }

  #welcome(known: { holder: string; rights: ReadonlySet<Right> } | undefined, agent: string): void {
    if (this.#stage !== "authenticating") return;
    if (!known) {
      this.#refuse(new SampanError("E_TOKEN", "the server does not know this token: ask for a new link"));
      return;
    }
    this.#deadline?.cancel();
    this.#rights = known.rights;
    this.#holder = known.holder;
    this.#stage = "open";
    this.channel.resume();
    this.#options.onHello(agent, known.rights);
    this.channel.send({
      kind: "welcome",
      version: protocolVersion,
      agent: this.#options.agent,
      rights: [...known.rights],
      digest: (this.#digest as DigestAlgorithm).name,
      pings: true,
    });
    this.#next();
  }

  #next(): void {
    if (this.#stage === "closed") return;
    this.#deadline?.cancel();
    const request = this.#waiting.shift();
    if (!request) {
      this.channel.unwatch();
      this.#deadline = this.#options.clock.after(this.#options.idleTimeoutMs, () => {
        this.channel.end();
        this.#closed(new SampanError("E_TIMED_OUT", "nothing was asked for too long"));
      });
      return;
    }
    const handler = this.#options.handlers.get(request.header.kind);
    if (!handler) {
      const error = new SampanError("E_UNKNOWN_KIND", `there is no request "${request.header.kind.slice(0, 40)}"`);
      this.channel.send(errorHeader(error));
      return this.#next();
    }
    if (!this.#rights.has(handler.right)) {
      this.#ended(refusalWithout(handler.right), handler.endsConnection);
      return;
    }
    const conversation: Conversation = {
      channel: this.channel,
      digest: this.#digest as DigestAlgorithm,
      rights: this.#rights,
      holder: this.#holder,
      onMessage: (message) => {
        throw new SampanError("E_PROTOCOL", `"${message.header.kind.slice(0, 40)}" does not belong here`);
      },
      onClose: () => {},
    };
    this.#conversation = conversation;
    this.channel.watch();
    handler
      .handle(request, conversation)
      .then(
        () => undefined,
        (thrown) => toSampanError(thrown),
      )
      .then((error) => this.#ended(error, handler.endsConnection))
      .catch((thrown) => this.#refuse(toSampanError(thrown)));
  }

  #ended(error: SampanError | undefined, endsConnection: boolean): void {
    this.#conversation = undefined;
    if (this.#stage === "closed") return;
    if (error && endsConnection) {
      this.channel.fail(error);
      this.#closed(error);
      return;
    }
    if (error) this.channel.send(errorHeader(error));
    this.#next();
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      this.#refuse(toSampanError(thrown));
    }
  }

  #refuse(error: SampanError): void {
    if (this.#stage === "closed") return;
    this.channel.fail(error);
    this.#closed(error, true);
  }

  #closed(error: SampanError, refused = error.code === "E_PROTOCOL" || error.code === "E_TOO_LARGE"): void {
    if (this.#stage === "closed") return;
    if (refused) this.#options.onRefused(error);
    this.#stage = "closed";
    this.#deadline?.cancel();
    this.channel.unwatch();
    this.#conversation?.onClose(error);
    this.#options.onClose();
  }
}
