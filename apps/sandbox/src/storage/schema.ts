/** The sandbox's tables. Phones are written `+4915…`; keys are raw bytes; `seq` columns give order and never repeat. */
export const SCHEMA = `
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- Everybody on the network, owners of linked devices included.
CREATE TABLE IF NOT EXISTS person (
  phone TEXT PRIMARY KEY,
  lid TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  on_whatsapp INTEGER NOT NULL,
  online INTEGER NOT NULL,
  reads_messages INTEGER NOT NULL,
  addressing TEXT NOT NULL,
  next_device INTEGER NOT NULL DEFAULT 1,
  keys TEXT
) STRICT;

-- One-time pre-keys that a simulated phone has handed out and not seen used.
CREATE TABLE IF NOT EXISTS phone_pre_key (
  phone TEXT NOT NULL, id INTEGER NOT NULL, private BLOB NOT NULL, public BLOB NOT NULL,
  PRIMARY KEY (phone, id)
) STRICT;

-- Signal sessions of simulated phones: one row per session, so each is tried alone and changed alone.
CREATE TABLE IF NOT EXISTS session (
  holder TEXT NOT NULL, peer TEXT NOT NULL, device INTEGER NOT NULL, base_key TEXT NOT NULL,
  entry TEXT NOT NULL, used INTEGER NOT NULL,
  PRIMARY KEY (holder, peer, device, base_key)
) STRICT;

CREATE TABLE IF NOT EXISTS device (
  phone TEXT NOT NULL, device INTEGER NOT NULL,
  noise_key BLOB NOT NULL, identity BLOB NOT NULL, registration INTEGER NOT NULL,
  signed_id INTEGER NOT NULL, signed_key BLOB NOT NULL, signature BLOB NOT NULL,
  linked_at TEXT NOT NULL,
  -- Whether the phone has told the device what a new one must know.
  synced INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (phone, device)
) STRICT;

CREATE TABLE IF NOT EXISTS device_pre_key (
  phone TEXT NOT NULL, device INTEGER NOT NULL, id INTEGER NOT NULL, public BLOB NOT NULL,
  PRIMARY KEY (phone, device, id)
) STRICT;

-- What a linked device has not confirmed yet, in the order in which it must get it.
CREATE TABLE IF NOT EXISTS queued (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  phone TEXT NOT NULL, device INTEGER NOT NULL,
  class TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, peer TEXT NOT NULL,
  stanza TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  refusals_due INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS queued_device ON queued (phone, device, seq);
CREATE INDEX IF NOT EXISTS queued_id ON queued (phone, device, class, id);

-- How often the server got a message id from an account.
CREATE TABLE IF NOT EXISTS arrival (
  phone TEXT NOT NULL, id TEXT NOT NULL, times INTEGER NOT NULL,
  PRIMARY KEY (phone, id)
) STRICT;

-- What a phone shows. from_phone is the writer, chat_jid the address the writer used.
CREATE TABLE IF NOT EXISTS shown (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  phone TEXT NOT NULL, from_phone TEXT NOT NULL, to_phone TEXT NOT NULL, id TEXT NOT NULL,
  chat_jid TEXT NOT NULL, text TEXT NOT NULL, received_at TEXT NOT NULL,
  times INTEGER NOT NULL DEFAULT 1, read INTEGER NOT NULL DEFAULT 0,
  UNIQUE (phone, from_phone, id)
) STRICT;
CREATE INDEX IF NOT EXISTS shown_chat ON shown (chat_jid, seq);

-- What phones show of the files that messages brought, as JSON, by seq of what is shown.
CREATE TABLE IF NOT EXISTS shown_media (seq INTEGER PRIMARY KEY, media TEXT NOT NULL) STRICT;

-- The media server: encrypted files by the SHA-256 of what lies here.
CREATE TABLE IF NOT EXISTS blob (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, content BLOB NOT NULL
) STRICT;

-- Messages that wait for a phone that is offline.
CREATE TABLE IF NOT EXISTS waiting (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  phone TEXT NOT NULL, from_phone TEXT NOT NULL, from_device INTEGER NOT NULL, id TEXT NOT NULL,
  chat_jid TEXT NOT NULL, type TEXT NOT NULL, ciphertext BLOB NOT NULL, received_at TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS waiting_phone ON waiting (phone, seq);

-- Retry receipts that a phone has sent for a message it cannot read.
CREATE TABLE IF NOT EXISTS unreadable (
  phone TEXT NOT NULL, from_phone TEXT NOT NULL, id TEXT NOT NULL, asked INTEGER NOT NULL,
  PRIMARY KEY (phone, from_phone, id)
) STRICT;

-- What phones wrote to linked devices, kept so that a retry receipt can be answered.
CREATE TABLE IF NOT EXISTS written (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  writer TEXT NOT NULL, phone TEXT NOT NULL, device INTEGER NOT NULL, id TEXT NOT NULL,
  attrs TEXT NOT NULL, plaintext BLOB NOT NULL,
  UNIQUE (phone, device, writer, id)
) STRICT;

CREATE TABLE IF NOT EXISTS group_chat (
  jid TEXT PRIMARY KEY, subject TEXT NOT NULL, addressing TEXT NOT NULL, created_at TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS group_member (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, group_jid TEXT NOT NULL, phone TEXT NOT NULL,
  UNIQUE (group_jid, phone)
) STRICT;
CREATE INDEX IF NOT EXISTS group_member_phone ON group_member (phone, seq);

-- Keys with which a device (0: the phone) writes to a group, as simulated phones hold them: their own and the others'.
CREATE TABLE IF NOT EXISTS sender_key (
  holder TEXT NOT NULL, group_jid TEXT NOT NULL, author TEXT NOT NULL, device INTEGER NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (holder, group_jid, author, device)
) STRICT;

-- Linked devices to which a phone has given its own key of a group.
CREATE TABLE IF NOT EXISTS sender_key_share (
  holder TEXT NOT NULL, group_jid TEXT NOT NULL, phone TEXT NOT NULL, device INTEGER NOT NULL,
  PRIMARY KEY (holder, group_jid, phone, device)
) STRICT;

CREATE TABLE IF NOT EXISTS journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
`;
