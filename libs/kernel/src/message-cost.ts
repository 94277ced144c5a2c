/** Credits that one message costs: 1, or 2 when non-empty text travels with a file. */
export function messageCost(message: { text: string; hasFile: boolean }): 1 | 2 {
  return message.hasFile && message.text !== '' ? 2 : 1;
}
