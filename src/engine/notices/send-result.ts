/** What came of handing a notice to a server. */
export type SendResult =
  /** The server took it; `answer` is what it said. */
  | { readonly is: 'accepted'; readonly answer: string }
  /** The server surely does not have it. `final`: the same again will not help. */
  | {
      readonly is: 'refused';
      readonly final: boolean;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  /** Nobody knows whether the server has it: it is not sent again. */
  | { readonly is: 'unknown'; readonly message: string };
