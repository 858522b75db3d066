/** What a server tells about its shells. */
export type ShellServerEvent =
  | {
      readonly event: "shell-begin";
      readonly address: string;
      readonly shell: string;
      /** The command run in place of the login shell; empty for that. */
      readonly command: readonly string[];
    }
  | {
      readonly event: "shell-attach";
      readonly address: string;
      readonly shell: string;
      readonly readOnly: boolean;
    }
  | { readonly event: "shell-detach"; readonly address: string; readonly shell: string; readonly why: string }
  /** By a client's `shell-end`. */
  | { readonly event: "shell-kill"; readonly address: string; readonly shell: string }
  | {
      readonly event: "shell-end";
      readonly shell: string;
      readonly status: number;
      readonly signal?: number;
      readonly seconds: number;
    };
