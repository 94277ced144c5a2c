const INTRO_LENGTH = 4;
const ROUTING_HEADER_LENGTH = 7;
/** The longest frame a length of three bytes can announce. */
export const MAX_FRAME_BYTES = 0xff_ff_ff;

/**
 * Cuts the bytes of one connection into frames. The first bytes are the client's intro (`WA`, 6, 3), perhaps after a
 * routing header (`ED`, 0, 1, length, bytes); then each frame follows its length in three bytes.
 */
export class FrameReader {
  private buffered: Buffer = Buffer.alloc(0);
  private introduced = false;

  /** @throws when the connection does not open with WhatsApp's intro */
  push(chunk: Buffer): Buffer[] {
    this.buffered = this.buffered.length === 0 ? chunk : Buffer.concat([this.buffered, chunk]);
    if (!this.introduced && !this.takeIntro()) return [];
    const frames: Buffer[] = [];
    while (this.buffered.length >= 3) {
      const end = 3 + this.buffered.readUIntBE(0, 3);
      if (this.buffered.length < end) break;
      frames.push(this.buffered.subarray(3, end));
      this.buffered = this.buffered.subarray(end);
    }
    return frames;
  }

  private takeIntro(): boolean {
    if (this.buffered.length < 2) return false;
    const opening = this.buffered.toString('latin1', 0, 2);
    if (opening !== 'WA' && opening !== 'ED') throw new Error('not a WhatsApp Web client');
    let start = 0;
    if (opening === 'ED') {
      if (this.buffered.length < ROUTING_HEADER_LENGTH) return false;
      start = ROUTING_HEADER_LENGTH + this.buffered.readUIntBE(4, 3);
    }
    if (this.buffered.length < start + INTRO_LENGTH) return false;
    if (this.buffered.toString('latin1', start, start + 2) !== 'WA')
      throw new Error('not a WhatsApp Web client');
    this.buffered = this.buffered.subarray(start + INTRO_LENGTH);
    this.introduced = true;
    return true;
  }
}

export function frame(payload: Uint8Array): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntBE(payload.length, 0, 3);
  return Buffer.concat([header, payload]);
}
