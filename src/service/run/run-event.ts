/** What a server tells of commands. Texts are the caller's, unescaped. */
export type RunServerEvent =
  | {
      readonly event: "run-begin";
      readonly address: string;
      readonly id: string;
      readonly argv: readonly string[];
      readonly shell: boolean;
      readonly detached: boolean;
    }
  | {
      readonly event: "run-end";
      readonly address: string;
      readonly id: string;
      readonly argv: readonly string[];
      readonly seconds: number;
      /** Undefined if it could not be started. */
      readonly status?: number;
      readonly signal?: string;
      readonly timedOut?: boolean;
      readonly code?: string;
      readonly message?: string;
    }
  | {
      readonly event: "run-refused";
      readonly address: string;
      readonly argv: readonly string[];
      readonly code: string;
      readonly message: string;
    };
