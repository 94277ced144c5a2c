import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. Hot tables (message, credit_entry, wa_event, wa_key, delivery) carry no foreign keys: each costs a lock
 * and a look-up per row, and their writers check what they insert in the same transaction.
 */
export class Initial1764000000000 implements MigrationInterface {
  name = 'Initial1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table workspace (
        id uuid primary key,
        name text not null,
        created_at timestamptz not null default now()
      );

      create table member (
        id uuid primary key,
        workspace_id uuid not null references workspace,
        email text not null,
        full_name text not null,
        role text not null check (role in ('owner', 'teammate')),
        password_hash text,
        created_at timestamptz not null default now()
      );
      create unique index member_email on member (lower(email));
      create index member_workspace on member (workspace_id);

      -- Bearer tokens of the API: only the hash is kept.
      create table api_token (
        id uuid primary key,
        workspace_id uuid not null references workspace,
        member_id uuid not null references member,
        name text not null,
        token_hash bytea not null unique,
        created_at timestamptz not null default now(),
        last_used_at timestamptz,
        revoked_at timestamptz
      );
      create index api_token_workspace on api_token (workspace_id);

      -- Browser sign-ins: the cookie holds the token, this table its hash.
      create table member_session (
        token_hash bytea primary key,
        member_id uuid not null references member,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create index member_session_member on member_session (member_id);

      -- Links by which members set a new password: the latest of each.
      create table password_reset (
        member_id uuid primary key references member,
        token_hash bytea not null unique,
        expires_at timestamptz not null
      );

      -- People who were asked to join, until they do. Owners may hand the link over themselves, so it can be read again.
      create table invitation (
        id uuid primary key,
        workspace_id uuid not null references workspace,
        email text not null,
        role text not null check (role in ('owner', 'teammate')),
        token_hash bytea not null unique,
        token_sealed bytea not null,
        -- The latest mail with the link.
        mail_id uuid not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create unique index invitation_email on invitation (workspace_id, lower(email));

      -- How often something was tried since its window began, by a hash of what is limited.
      create table attempt_window (
        key bytea primary key,
        attempts integer not null,
        ends_at timestamptz not null
      );
      create index attempt_window_end on attempt_window (ends_at);

      -- What members changed, written in the transaction that changes it. Members are called as they were called then.
      create table audit_entry (
        id bigint generated always as identity primary key,
        workspace_id uuid not null,
        at timestamptz not null default now(),
        member_id uuid not null,
        member_name text not null,
        member_email text not null,
        -- How the member came: signed in, by an API token, or by a mailed link.
        via text not null check (via in ('session', 'token', 'link')),
        address text not null,
        -- The route, and in words what it does.
        action text not null,
        summary text not null,
        -- To whom or what it was done.
        subject text,
        -- Fields of the request that may be told.
        details jsonb not null
      );
      create index audit_entry_workspace on audit_entry (workspace_id, id);
      create index audit_entry_at on audit_entry (at);

      -- The balance is the sum of the workspace's ledger, kept beside it so that one row lock decides who may spend.
      -- allowance: credits that come each month; allowance_left: what of the balance came so, is spent first, and ends at
      -- allowance_renews_at (null: none comes).
      create table credit_balance (
        workspace_id uuid primary key references workspace,
        balance integer not null default 0 check (balance >= 0),
        allowance integer not null default 0 check (allowance >= 0),
        allowance_left integer not null default 0 check (allowance_left between 0 and balance),
        allowance_renews_at timestamptz
      ) with (fillfactor = 50);
      create index credit_balance_renewal on credit_balance (allowance_renews_at) where allowance_renews_at is not null;

      create table credit_entry (
        id bigint generated always as identity primary key,
        workspace_id uuid not null,
        delta integer not null check (delta <> 0),
        balance integer not null check (balance >= 0),
        reason text not null check (reason in ('grant', 'charge', 'refund', 'allowance', 'expiry')),
        -- Of a charge: how much of it was paid from the month's allowance, where a refund puts it back.
        from_allowance smallint not null default 0,
        message_id uuid,
        note text,
        created_at timestamptz not null default now()
      );
      create index credit_entry_ledger on credit_entry (workspace_id, id);
      -- One charge and at most one refund per message, whoever tries.
      create unique index credit_entry_once on credit_entry (message_id, reason) where message_id is not null;

      create table inbound_webhook (
        workspace_id uuid primary key references workspace,
        token_hash bytea not null unique,
        token_sealed bytea not null,
        enabled boolean not null default true,
        -- How many requests came to it: numbers the attempts.
        attempts bigint not null default 0,
        created_at timestamptz not null default now()
      ) with (fillfactor = 50);

      -- The latest 100 requests to a workspace's inbound webhook, whatever became of them: a ring, written in place.
      create table inbound_attempt (
        workspace_id uuid not null,
        slot smallint not null check (slot between 0 and 99),
        -- Rises by one with each request of the workspace; slot = number modulo 100.
        number bigint not null,
        -- What the message is called that was or would have been made of it.
        message_id uuid not null,
        at timestamptz not null,
        address text,
        status smallint not null,
        -- The sentence of a refusal.
        message text,
        -- Of the message in the answer; an answer given again names the first request's message.
        key_id text,
        ignored_fields text[] not null default '{}',
        -- The bytes that came; null when they were not read (too large).
        body bytea,
        -- From the arrival of the request until its decision.
        duration_ms real not null,
        primary key (workspace_id, slot)
      ) with (fillfactor = 50);

      -- Accepted requests that carried an Idempotency-Key.
      create table idempotency_key (
        workspace_id uuid not null,
        key text not null,
        body_hash bytea not null,
        message_key_id text not null,
        expires_at timestamptz not null,
        primary key (workspace_id, key)
      );
      create index idempotency_key_expiry on idempotency_key (expires_at);

      create table account (
        id uuid primary key,
        workspace_id uuid not null references workspace,
        owner_member_id uuid not null references member,
        network text not null check (network in ('whatsapp', 'sandbox')),
        phone text,
        lid text,
        push_name text,
        state text not null default 'unlinked' check (
          state in ('unlinked', 'pairing', 'connecting', 'connected', 'backing_off', 'logged_out', 'conflict', 'stopped')
        ),
        state_reason text,
        retry_at timestamptz,
        connected_at timestamptz,
        -- The pause between two sends; null: as the deployment sets it.
        pace_min_ms integer check (pace_min_ms between 0 and 600000),
        pace_max_ms integer check (pace_max_ms between pace_min_ms and 600000),
        -- WhatsApp lets the account write to known contacts only until then (error 463).
        new_chats_locked_until timestamptz,
        -- What somebody wants of the session: connect now, whatever stopped it, or end the link. Gone when it is done.
        wish text check (wish in ('reconnect', 'log_out')),
        wished_at timestamptz,
        -- Removed from the workspace: its link is ended, nothing is sent, its chats stay readable.
        deleted_at timestamptz,
        created_at timestamptz not null default now(),
        check ((wish is null) = (wished_at is null)),
        check ((pace_min_ms is null) = (pace_max_ms is null))
      );
      create index account_workspace on account (workspace_id);
      -- Which account sends when none is named.
      create index account_sending on account (workspace_id, connected_at desc nulls last, id desc)
        where state in ('connected', 'connecting', 'backing_off');

      -- The latest wish to link an account, and how far it got. One row per account.
      create table account_pairing (
        account_id uuid primary key references account,
        method text not null check (method in ('qr', 'code')),
        phone text,
        state text not null check (state in ('requested', 'waiting', 'linked', 'expired', 'failed')),
        qr text,
        code text,
        detail text,
        requested_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      -- Which process of wa-session holds an account's WhatsApp connection; owner '' when it was given back. The epoch rises with every change of hands and fences every write.
      create table session_lease (
        account_id uuid primary key,
        owner text not null,
        epoch bigint not null,
        expires_at timestamptz not null
      ) with (fillfactor = 50);
      create index session_lease_owner on session_lease (owner);

      -- The living pods of wa-session, by their heartbeats: what each holds, and how much it can hold.
      create table session_pod (
        name text primary key,
        seen_at timestamptz not null,
        sessions integer not null,
        room integer not null,
        draining boolean not null
      ) with (fillfactor = 50);

      -- The pace of connecting, for all pods together: when the network takes the next one.
      create table connect_pace (
        network text primary key,
        next_at timestamptz not null
      ) with (fillfactor = 50);

      -- Versions of the client that a network refused as too old, and whether one was tried again with success. A network without a
      -- rejected version needs no row.
      create table client_version (
        network text not null,
        version text not null,
        rejected_at timestamptz,
        accepted_at timestamptz,
        primary key (network, version)
      );

      -- Which account tries a version for all while it is not known whether it is accepted; at most one at a time. Kept afterwards, as the time
      -- of the latest try.
      create table client_probe (
        network text primary key,
        account_id uuid not null,
        begun_at timestamptz not null,
        claimed_until timestamptz not null,
        failures integer not null default 0
      );

      create table wa_creds (
        account_id uuid primary key,
        sealed bytea not null,
        format smallint not null,
        linked boolean not null,
        updated_at timestamptz not null default now()
      ) with (fillfactor = 50);

      create table wa_key (
        account_id uuid not null,
        type text not null,
        id text not null,
        sealed bytea not null,
        primary key (account_id, type, id)
      ) with (fillfactor = 70);

      -- Links that ended, or were replaced, with all their Signal state: a link that WhatsApp ended by mistake may be irreplaceable.
      create table wa_creds_archive (
        id bigint generated always as identity primary key,
        account_id uuid not null,
        reason text not null,
        sealed bytea not null,
        format smallint not null,
        archived_at timestamptz not null default now()
      );
      create index wa_creds_archive_account on wa_creds_archive (account_id, id desc);
      create index wa_creds_archive_age on wa_creds_archive (archived_at);

      create table wa_key_archive (
        archive_id bigint not null references wa_creds_archive on delete cascade,
        type text not null,
        id text not null,
        sealed bytea not null,
        primary key (archive_id, type, id)
      );

      -- What happened at WhatsApp: the outbox of wa-session, consumed by egress in the order of id per account.
      -- (chat_jid, key_id, sender_jid, part) name one encrypted part of one message; other kinds leave part empty.
      create table wa_event (
        id bigint generated always as identity primary key,
        account_id uuid not null,
        kind text not null,
        chat_jid text,
        key_id text,
        sender_jid text,
        part smallint,
        event jsonb not null,
        plaintext bytea,
        created_at timestamptz not null default now(),
        recorded_at timestamptz
      );
      create unique index wa_event_part on wa_event (account_id, chat_jid, key_id, sender_jid, part) where part is not null;
      create index wa_event_waiting on wa_event (account_id, id) where recorded_at is null;

      create table contact (
        id bigint generated always as identity primary key,
        workspace_id uuid not null,
        account_id uuid not null,
        name text,
        phone text,
        -- The same person, met under another address first; then nothing but old messages refers to this row.
        merged_into bigint,
        created_at timestamptz not null default now()
      );
      create index contact_merged on contact (merged_into) where merged_into is not null;

      -- All addresses (phone number JID, LID) of one person lead to one contact, hence to one chat.
      -- checked_at: when WhatsApp last said whether this phone number is there (null: never asked), and under which address (send_to).
      create table contact_address (
        account_id uuid not null,
        jid text not null,
        contact_id bigint not null,
        checked_at timestamptz,
        on_whatsapp boolean,
        send_to text,
        primary key (account_id, jid)
      );
      create index contact_address_contact on contact_address (contact_id);

      create table chat (
        id bigint generated always as identity (start with 10010001) primary key,
        workspace_id uuid not null,
        account_id uuid not null,
        contact_id bigint unique,
        group_jid text,
        -- The chat that this one continues in: both were with one person. It is never merged itself. This row keeps the id valid, and the name.
        merged_into bigint,
        name text not null,
        responsible_member_id uuid,
        last_message_at timestamptz,
        created_at timestamptz not null default now(),
        check (num_nonnulls(contact_id, group_jid, merged_into) = 1)
      ) with (fillfactor = 80);
      create index chat_merged on chat (merged_into) where merged_into is not null;
      create unique index chat_group on chat (account_id, group_jid) where group_jid is not null;
      create index chat_recent on chat (workspace_id, last_message_at desc nulls last, id desc);
      create index chat_name on chat (workspace_id, name);

      -- What groups are called, also those without a chat so far.
      create table group_subject (
        account_id uuid not null,
        group_jid text not null,
        subject text not null,
        primary key (account_id, group_jid)
      );

      -- A file that messages carry, fetched once for all that name its URL within ten minutes.
      create table file (
        id uuid primary key,
        workspace_id uuid not null,
        url text not null,
        -- waiting: to be fetched; stored: its content is in the attachment store; failed: it cannot be had; removed: it was sent or
        -- failed everywhere, and its content is being deleted or gone.
        state text not null default 'waiting' check (state in ('waiting', 'stored', 'failed', 'removed')),
        kind text check (kind in ('image', 'video', 'audio', 'document')),
        mime_type text,
        is_web_page boolean not null default false,
        size integer,
        sha256 bytea,
        failure_code text,
        failure_reason text,
        -- Fetches that failed and are tried again.
        attempts smallint not null default 0,
        created_at timestamptz not null default now(),
        -- Set while the attachment store holds its content.
        fetched_at timestamptz
      ) with (fillfactor = 70);
      create index file_url on file (workspace_id, url, created_at desc);
      create index file_kept on file (fetched_at) where fetched_at is not null;

      -- The content of stored files, where no other attachment store is configured.
      create table attachment (
        file_id uuid primary key,
        content bytea not null
      );
      alter table attachment alter content set storage external;

      -- What was sent with a file, as WhatsApp knows it, for a recipient that asks for it again.
      create table wa_sent (
        account_id uuid not null,
        key_id text not null,
        message bytea not null,
        sent_at timestamptz not null default now(),
        primary key (account_id, key_id)
      );
      create index wa_sent_age on wa_sent (sent_at);

      create table message (
        id uuid primary key,
        workspace_id uuid not null,
        account_id uuid not null,
        chat_id bigint not null,
        key_id text not null,
        direction text not null check (direction in ('received', 'sent')),
        origin text not null check (origin in ('contact', 'phone', 'webhook', 'console')),
        kind text not null default 'text',
        text text not null,
        file_id uuid,
        file_name text,
        sender_contact_id bigint,
        sender_member_id uuid,
        recipient_jid text,
        state text not null check (state in ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed')),
        failure_code text,
        failure_reason text,
        cost smallint not null default 0,
        opens_chat boolean not null default false,
        message_at timestamptz not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz,
        -- Set while a send is in flight, or was when its dispatcher died.
        begun_at timestamptz,
        -- Why the message is not in its account's lane yet: its file is being fetched, WhatsApp locks new chats, or an earlier
        -- message of its chat is held. Held messages are the last ones of their chat, in the order of (message_at, id).
        hold text check (hold in ('file', 'new_chats_locked', 'behind')),
        -- Its author gave it another text last then, or deleted it for everyone: the text is gone.
        edited_at timestamptz,
        deleted_at timestamptz,
        unique (account_id, key_id, chat_id)
      ) with (fillfactor = 70);
      create index message_of_chat on message (chat_id, message_at desc, id desc);
      create index message_held on message (chat_id, message_at, id) where hold is not null;
      create index message_of_file on message (file_id) where file_id is not null;

      create table outbound_endpoint (
        id uuid primary key,
        workspace_id uuid not null unique references workspace,
        url text,
        granularity_hours smallint not null default 0 check (granularity_hours in (0, 1, 6, 12, 24)),
        enabled boolean not null default false,
        secret_sealed bytea not null,
        -- After a rotation requests are signed with the secret before as well, until then.
        previous_secret_sealed bytea,
        previous_secret_until timestamptz,
        -- How many requests were made: numbers those of the log.
        requests bigint not null default 0,
        state text not null default 'healthy' check (state in ('healthy', 'backing_off', 'disabled')),
        consecutive_errors integer not null default 0,
        disabled_reason text,
        next_attempt_at timestamptz,
        -- While it backs off: a delivery is on its way to find out, and next_attempt_at is when that one is given up for dead.
        is_probed boolean not null default false,
        -- Messages that were not kept because too many waited, or for too long, since the owner last switched it on.
        dropped bigint not null default 0,
        -- "Send test" makes one request at a time; this long it may take.
        test_until timestamptz,
        -- Rises when its owner switches it off: deliveries of earlier generations are not made.
        generation integer not null default 0,
        last_success_at timestamptz,
        updated_at timestamptz not null default now()
      );
      create index outbound_endpoint_rotated on outbound_endpoint (previous_secret_until) where previous_secret_until is not null;
      create index outbound_endpoint_disabled on outbound_endpoint (id) where state = 'disabled';

      -- Messages of one chat that are delivered together. One is open per chat; it closes when its window ends or it is full.
      create table bundle (
        id uuid primary key,
        endpoint_id uuid not null,
        workspace_id uuid not null,
        chat_id bigint not null,
        state text not null default 'open' check (state in ('open', 'closed', 'dropped')),
        messages integer not null default 0,
        -- Half of what its texts take in the body, which has each of them twice: as much as plain text takes in UTF-8, and more for text that
        -- has to be escaped.
        bytes integer not null default 0,
        opened_at timestamptz not null default now(),
        closes_at timestamptz not null
      ) with (fillfactor = 70);
      create unique index bundle_open on bundle (endpoint_id, chat_id) where state = 'open';
      create index bundle_due on bundle (closes_at) where state = 'open';

      -- No message is in two bundles of an endpoint.
      create table bundle_message (
        bundle_id uuid not null,
        endpoint_id uuid not null,
        message_id uuid not null,
        -- Its part of the bundle's.
        bytes integer not null default 0,
        primary key (endpoint_id, message_id)
      );
      create index bundle_message_bundle on bundle_message (bundle_id);

      -- One POST to make: a message, or a bundle. The body is written once, so that every attempt sends the same bytes under the same
      -- webhook-id.
      create table delivery (
        id uuid primary key,
        endpoint_id uuid not null,
        workspace_id uuid not null,
        chat_id bigint not null,
        message_id uuid,
        bundle_id uuid unique,
        -- How many it tells.
        messages integer not null default 1,
        body text not null,
        -- Of the endpoint, when it was made.
        generation integer not null default 0,
        state text not null default 'pending' check (state in ('pending', 'delivered', 'dropped')),
        attempts integer not null default 0,
        last_status integer,
        last_error text,
        failed_at timestamptz,
        -- How often it failed after others had got through since its failure before, and since when.
        refusals integer not null default 0,
        refused_since timestamptz,
        -- The chat's others wait for it, in whatever lane: it was set aside, or a worker had it in its hands when its chat became part of
        -- another one, so that it stayed in the lane of its former chat.
        goes_ahead boolean not null default false,
        -- It is in no lane; when, at the earliest, it comes back to that of its chat.
        aside_until timestamptz,
        created_at timestamptz not null default now(),
        delivered_at timestamptz,
        unique (endpoint_id, message_id),
        check ((message_id is null) <> (bundle_id is null))
      ) with (fillfactor = 70);
      create index delivery_pending on delivery (endpoint_id, generation, created_at) where state = 'pending';
      create index delivery_ahead on delivery (endpoint_id, chat_id, id) where goes_ahead and state = 'pending';

      -- The latest 100 requests to an endpoint: a ring, written in place. Secrets in it are redacted.
      create table delivery_request (
        endpoint_id uuid not null,
        slot smallint not null check (slot between 0 and 99),
        -- Rises by one with each request of the endpoint; slot = number modulo 100.
        number bigint not null,
        -- Null for a test.
        delivery_id uuid,
        at timestamptz not null,
        url text not null,
        request_headers jsonb not null,
        request_body text not null,
        -- Null when no answer came.
        status smallint,
        response_headers jsonb,
        response_body text,
        -- The class of the error, and a sentence; null for a success.
        error_class text,
        error text,
        duration_ms real not null,
        primary key (endpoint_id, slot)
      ) with (fillfactor = 50);

      -- Mail to members. Without a mail server it is kept, and shown in the console.
      create table mail (
        id uuid primary key,
        workspace_id uuid not null,
        recipient text not null,
        subject text not null,
        -- Of an invitation or a reset: the line {link} stands for the secret link, which is sealed apart.
        body text not null,
        kind text not null default 'notice' check (kind in ('notice', 'invitation', 'password_reset')),
        link_sealed bytea,
        -- After that it is not sent any more.
        expires_at timestamptz,
        state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed')),
        last_error text,
        created_at timestamptz not null default now(),
        sent_at timestamptz
      );
      create index mail_workspace on mail (workspace_id, created_at desc);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table mail, delivery_request, delivery, bundle_message, bundle, outbound_endpoint, message, wa_sent, attachment, file, group_subject, chat, contact_address, contact, wa_event, wa_key_archive, wa_creds_archive, wa_key, wa_creds,
        client_probe, client_version, connect_pace, session_pod, session_lease, account_pairing, account, idempotency_key, inbound_attempt, inbound_webhook, credit_entry, credit_balance,
        audit_entry, attempt_window, invitation, password_reset, member_session,
        api_token, member, workspace;
    `);
  }
}
