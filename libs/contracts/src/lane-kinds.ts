/** The kinds of lane, and what key and ref mean in each. */
export const laneKinds = {
  /** key: account id; ref: message id. Paced; open while the account is connected. */
  send: 'send',
  /** key and ref: file id. */
  fetch: 'fetch',
  /** key: outbound endpoint id, slot: chat modulo 8; ref: delivery id. */
  deliver: 'deliver',
  /** key and ref: mail id. */
  mail: 'mail',
} as const;
