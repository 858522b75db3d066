/** What came in: a frame, or a chunk where there is no framing rule. Frames with a wrong checksum do not come here. */
export interface ScriptFrame {
  /** Its bytes, without its checksum; a copy that the script may keep and change. */
  readonly bytes: Uint8Array;
  /** The same as text, in the encoding of the session; what is no text is U+FFFD. */
  readonly text: string;
  /** 1, 2, 3 … on this connection. */
  readonly number: number;
}

/** Text is sent in the encoding of the session. */
export type ScriptData = string | Uint8Array;

/** The connection that a frame came from: the same object from `onOpen` to `onClose`. */
export interface ScriptPeer {
  readonly id: number;
  /** `127.0.0.1:52110` */
  readonly address: string;
  /** Sends a frame, as the framing rule and the checksum of the session have it. */
  send(data: ScriptData): void;
  /** Sends bytes as they are: without framing, without a checksum. */
  sendRaw(data: ScriptData): void;
  /** Ends this direction; the peer may go on. */
  endSending(): void;
  /** Ends both. */
  close(): void;
}

/** What a script gives back: nothing, an answer, or several. Each is sent as `peer.send` does. */
// oxlint-disable-next-line typescript/no-invalid-void-type -- a function without a return gives void
export type ScriptResult = void | undefined | null | ScriptData | readonly ScriptData[];

/** The default export of a script: called with each frame, one after another on each connection. */
export type AssistantScript = (frame: ScriptFrame, peer: ScriptPeer) => ScriptResult | Promise<ScriptResult>;

/** All that a script may export. */
export interface AssistantModule {
  readonly default: AssistantScript;
  readonly onOpen?: (peer: ScriptPeer) => ScriptResult | Promise<ScriptResult>;
  readonly onClose?: (peer: ScriptPeer) => void | Promise<void>;
}
