import type { DeviceId } from './device-queue.js';

/** Counts since the sandbox started. */
export class DeviceTraffic {
  readonly received: Record<string, number> = {};
  readonly sent: Record<string, number> = {};
  /** Receipts the device sent, by type: `delivered`, `read`, `retry`, … */
  readonly receipts: Record<string, number> = {};

  countReceived(tag: string): void {
    this.received[tag] = (this.received[tag] ?? 0) + 1;
  }

  countSent(tag: string): void {
    this.sent[tag] = (this.sent[tag] ?? 0) + 1;
  }

  countReceipt(type: string): void {
    this.receipts[type] = (this.receipts[type] ?? 0) + 1;
  }
}

export class Traffic {
  private readonly devices = new Map<string, DeviceTraffic>();

  of({ phone, device }: DeviceId): DeviceTraffic {
    const key = `${phone}:${device}`;
    let traffic = this.devices.get(key);
    if (!traffic) {
      traffic = new DeviceTraffic();
      this.devices.set(key, traffic);
    }
    return traffic;
  }
}
