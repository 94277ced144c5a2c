import { decodeBinaryNode, encodeBinaryNode, type BinaryNode } from '@whiskeysockets/baileys';

/** A stanza: tag, attributes, and children or bytes. */
export type Node = BinaryNode;

export const SERVER_JID = 's.whatsapp.net';

export function node(
  tag: string,
  attrs: Record<string, string | undefined> = {},
  content?: Node['content'],
): Node {
  const present = Object.fromEntries(Object.entries(attrs).filter(([, value]) => value !== undefined));
  return { tag, attrs: present as Record<string, string>, content };
}

export function childrenOf(parent: Node | undefined, tag?: string): Node[] {
  if (!parent || !Array.isArray(parent.content)) return [];
  return tag === undefined ? parent.content : parent.content.filter((child) => child.tag === tag);
}

export function childOf(parent: Node | undefined, tag: string): Node | undefined {
  return childrenOf(parent, tag)[0];
}

/** The bytes a node carries; an empty buffer when it carries none. */
export function bytesOf(carrier: Node | undefined): Buffer {
  const content = carrier?.content;
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  return content instanceof Uint8Array ? Buffer.from(content) : Buffer.alloc(0);
}

/** A big-endian number carried as bytes. */
export function numberOf(carrier: Node | undefined): number {
  const bytes = bytesOf(carrier);
  return bytes.length === 0 || bytes.length > 6 ? 0 : bytes.readUIntBE(0, bytes.length);
}

export function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}

/** Seconds since 1970, as stanzas carry time. */
export function stanzaTime(at: Date = new Date()): string {
  return String(Math.floor(at.getTime() / 1000));
}

/** The bytes of a stanza in a frame: a flags byte (0: not compressed) and the packed node. */
export const encodeNode = (stanza: Node): Buffer => encodeBinaryNode(stanza);
export const decodeNode = (bytes: Buffer): Promise<Node> => decodeBinaryNode(bytes);
