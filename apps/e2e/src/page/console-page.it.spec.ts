import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, WebhookReceiver } from '@waypost/testkit';
import type { Message } from '../api-types.js';
import { describeLongLists } from './long-lists.js';
import { PageStory } from './page-story.js';
import { fillSignIn, signedIn } from './people.js';
import { readQr } from './qr-on-screen.js';

const run = promisify(execFile);
const STORY_MS = 60_000;

describe('on the page of the console', () => {
  let story: PageStory;

  beforeAll(async () => {
    story = await PageStory.start();
  }, 120_000);
  afterAll(() => story?.stop(), 60_000);
  let receiver: WebhookReceiver | undefined;
  afterEach(() => receiver?.stop());

  const asOwner = (path: string) => signedIn(story.browser, story.owner, path);

  const linkedDevices = async (phone: string) =>
    (await story.system.sandbox.get<{ devices: unknown[] }>(`/accounts/${phone}`)).devices;

  it(
    'an owner of an empty workspace links an account by QR, gets to the first delivered message, and ends with the account',
    async () => {
      const { page, context } = await signedIn(story.browser, await story.newWorkspace());
      await page.getByRole('button', { name: 'Add an account' }).click();
      await page.getByRole('radio', { name: 'Sandbox' }).check();
      await page.getByRole('button', { name: 'Add and link it' }).click();
      const qr = await readQr(page);
      await story.system.sandbox.post('/pairings', { qr, phone: '15550001111', name: 'Amina' });
      await page.getByText('+15550001111 is connected').waitFor();
      await page.getByRole('button', { name: 'Done' }).click();

      await page.getByRole('button', { name: 'Add 100 credits' }).click();
      await page.getByRole('button', { name: 'Generate the URL' }).click();
      await page.getByRole('button', { name: 'Copy the curl command' }).click();
      const command = await page.evaluate(() => navigator.clipboard.readText());
      const { stdout } = await run('sh', ['-c', `${command} --silent`]);
      expect(JSON.parse(stdout)).toMatchObject({ status: 'success' });

      await page.getByText('Delivered. That is all it takes.').waitFor();
      await page.getByRole('link', { name: 'See it in the chat' }).click();
      await page.getByRole('log').getByText('Hello from Waypost').waitFor();

      // And ends with it: the account is logged out on the phone as well, and removed.
      await page.getByRole('link', { name: 'Accounts' }).click();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Log out' }).click();
      await page.getByText('Logged out', { exact: true }).waitFor();
      expect(await linkedDevices('15550001111')).toEqual([]);
      await page.getByRole('button', { name: 'Remove' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('No account is linked yet').waitFor();
      await context.close();
    },
    STORY_MS,
  );

  it(
    'an owner without a phone, and without having read anything, sees a first message delivered within two minutes',
    async () => {
      const begun = performance.now();
      const { page, context } = await signedIn(story.browser, await story.newWorkspace());
      await page.getByRole('button', { name: 'Add an account' }).click();
      await page.getByRole('radio', { name: 'Sandbox' }).check();
      await page.getByRole('button', { name: 'Add and link it' }).click();
      await page.getByRole('button', { name: 'Let a simulated phone scan it' }).click();
      await page.getByText(/^\+1555\d{7} is connected/).waitFor();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('button', { name: 'Add 100 credits' }).click();
      await page.getByRole('button', { name: 'Generate the URL' }).click();
      await page.getByRole('button', { name: 'Send a test' }).click();
      await page.getByText('Delivered. That is all it takes.').waitFor();
      expect(performance.now() - begun).toBeLessThan(120_000);
      await context.close();
    },
    STORY_MS,
  );

  it(
    'a message written in a chat becomes delivered, and the answer appears without reload',
    async () => {
      const phone = '14155550201';
      await story.chatWith(phone, 'The first one');
      const { page, context } = await asOwner('/chats');
      await page.getByRole('searchbox', { name: 'Search by name or number' }).fill('0201');
      await page.getByRole('link', { name: /0201/ }).click();
      await page.getByRole('textbox', { name: /^Message to/ }).fill('Are you there?');
      await page.getByRole('button', { name: 'Send' }).click();
      const written = page.getByRole('log').getByRole('listitem').filter({ hasText: 'Are you there?' });
      await written.getByRole('img', { name: /^(Delivered|Read)$/ }).waitFor();

      await story.system.sandbox.post(`/contacts/${phone}/messages`, {
        to: story.system.facts.account.phone.slice(1),
        text: 'Yes, I am',
      });
      await page.getByRole('log').getByText('Yes, I am').waitFor();

      await page.getByRole('button', { name: 'Nobody is responsible. Assign' }).click();
      await page.getByRole('menuitem', { name: 'Demo Owner (you)' }).click();
      await page.getByRole('button', { name: /^Responsible: Demo Owner/ }).waitFor();
      await context.close();
    },
    STORY_MS,
  );

  it(
    'a permalink opens the chat at its message',
    async () => {
      const chatId = await story.chatWith('14155550202', 'What the link names');
      const messages = await story.system.console.list<Message & { id: string }>(`/chats/${chatId}/messages`);
      const { page, context } = await asOwner(`/permalink/${messages[0]!.id}/`);
      await page.waitForURL(`**/chat/${chatId}/messages/**`);
      await page.locator('[data-wanted]').getByText('What the link names').waitFor();
      await context.close();
    },
    STORY_MS,
  );

  it(
    'an owner replaces the URL of the inbound webhook, and sees a refused attempt with its body',
    async () => {
      const owner = await story.newWorkspace();
      const { page, context } = await signedIn(story.browser, owner, '/integrations/inbound-webhooks');
      await page.getByRole('button', { name: 'Generate the URL' }).click();
      const shown = page.getByRole('group', { name: 'webhook URL' });
      const before = (await shown.textContent())!;
      await page.getByRole('button', { name: 'Generate new URL' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Generate new URL' }).click();
      await eventually(async () => (await shown.textContent()) !== before, { withinMs: 10_000 });
      const after = (await shown.textContent())!;

      const post = async (url: string, body: string) =>
        (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;
      expect(await post(before, '{}')).toBe(404);
      expect(await post(after, '{"action": "send", "text": "to whom?"}')).toBe(400);
      await page.getByRole('button', { name: /Refused 400/ }).click();
      await page
        .getByRole('region', { name: /Refused 400/ })
        .getByText('"text": "to whom?"')
        .waitFor();

      await page.getByRole('switch', { name: 'Webhook enabled' }).click({ force: true });
      await page.getByText('Requests are refused with 403').waitFor();
      expect(await post(after, '{}')).toBe(403);
      await context.close();
    },
    STORY_MS,
  );

  it(
    'an owner sets the outbound webhook up, sends a test, and switches it on again after it disabled itself',
    async () => {
      receiver = await new WebhookReceiver().start();
      const owner = await story.newWorkspace();
      const { page, context } = await signedIn(story.browser, owner, '/integrations/outbound-webhook');
      await page.getByRole('textbox', { name: 'Webhook URL' }).fill(`${receiver.url}/hook`);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
      await page.getByRole('switch', { name: 'Webhook enabled' }).click({ force: true });
      await page.getByText('Messages are delivered as they come.').waitFor();

      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByText('The receiver answered 200').waitFor();
      expect(receiver.requests).toHaveLength(1);
      await page.getByRole('button', { name: /Delivered.*Test/ }).waitFor();

      await page.getByRole('button', { name: 'Show the signing secret' }).click();
      const secret = await page.getByRole('group', { name: 'signing secret' }).textContent();
      expect(secret).toMatch(/^whsec_/);

      await story.postgres.pool.query(
        `update outbound_endpoint set state = 'disabled', consecutive_errors = 11, disabled_reason = 'The last error was 500.'
         where url = $1`,
        [`${receiver.url}/hook`],
      );
      // No service did that, so none tells it.
      await page.reload();
      await page.getByText('Switched off by itself').waitFor();
      await page.getByRole('button', { name: 'Switch on again' }).click();
      await page.getByText('Messages are delivered as they come.').waitFor();
      await context.close();
    },
    STORY_MS,
  );

  it(
    'an owner adds credits, and the ledger tells why',
    async () => {
      const { page, context } = await signedIn(story.browser, await story.newWorkspace(), '/credits');
      await page.getByRole('textbox', { name: 'Add credits' }).fill('1250');
      await page.getByRole('textbox', { name: 'Note for the ledger' }).fill('For November');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('row', { name: /Added by an owner.*For November.*\+1,250/ }).waitFor();
      await page.locator('[data-balance]').getByText('1,250').waitFor();
      await context.close();
    },
    STORY_MS,
  );

  it(
    'a teammate whom an owner invites joins by the link, answers chats, and sees nothing of integrations, credits and team',
    async () => {
      const { page, context } = await signedIn(story.browser, await story.newWorkspace(), '/team');
      await page.getByText('Nobody is invited').waitFor();
      await page.getByText('The only owner').waitFor();
      await page.getByRole('button', { name: 'Invite somebody' }).click();
      const email = `tom-${Date.now()}@shop.example`;
      await page.getByRole('dialog').getByRole('textbox', { name: 'E-mail' }).fill(email);
      await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
      const link = (await page.getByRole('group', { name: 'invitation link' }).textContent())!;
      expect(link).toBe(await story.mailedLink(email));
      await page.getByRole('button', { name: 'Done' }).click();
      const invited = page.getByRole('region', { name: 'Invitations' }).getByRole('listitem');
      await invited.filter({ hasText: email }).getByText('Teammate · invited').waitFor();

      const tom = await story.browser.person();
      await tom.page.goto(link);
      await tom.page.getByRole('heading', { name: 'Join Shop' }).waitFor();
      await tom.page.getByRole('textbox', { name: 'Your name' }).fill('Tom Mate');
      await tom.page.getByRole('textbox', { name: 'Password' }).fill('a password that is long');
      await tom.page.getByRole('button', { name: 'Join' }).click();
      await tom.page.getByRole('navigation', { name: 'Main' }).waitFor();
      // Without reload, for the owner.
      await page.getByRole('region', { name: 'Members' }).getByText('Tom Mate').waitFor();
      await page.getByText('Nobody is invited').waitFor();
      await page.getByRole('link', { name: 'Audit log' }).click();
      await page.getByText(`Amina Haddad · Invite somebody: ${email}`).waitFor();
      await page.getByText('Tom Mate · Joined by an invitation').waitFor();
      await context.close();

      await tom.page.goto('/integrations/inbound-webhooks');
      await tom.page.getByText('Only owners see this').waitFor();
      const links = await tom.page
        .getByRole('navigation', { name: 'Main' })
        .getByRole('link')
        .allTextContents();
      expect(links).toEqual(['Chats', 'Accounts', 'Overview', 'Settings']);
      await tom.page.goto('/accounts');
      await tom.page.getByText('An owner of the workspace links the first one.').waitFor();
      expect(await tom.page.getByRole('button', { name: 'Add an account' }).count()).toBe(0);
      await tom.page.goto(link);
      await tom.page.getByRole('heading', { name: 'This invitation does not work any more' }).waitFor();
      await tom.context.close();
    },
    STORY_MS,
  );

  it(
    'whoever forgot the password gets a mail, chooses another one, and signs in with it',
    async () => {
      const owner = await story.newWorkspace();
      const { page, context } = await story.browser.person();
      await page.goto('/');
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      await page.getByRole('textbox', { name: 'E-mail' }).fill(owner.email);
      await page.getByRole('button', { name: 'Mail me a link' }).click();
      await page.getByRole('heading', { name: 'Look at your mail' }).waitFor();

      const link = await story.mailedLink(owner.email);
      await page.goto(link);
      await page.getByRole('textbox', { name: 'New password' }).fill('another password that is long');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByRole('link', { name: 'To sign in' }).click();
      await fillSignIn(page, { ...owner, password: 'another password that is long' });
      await page.getByRole('heading', { name: 'First steps' }).waitFor();

      await page.goto('/reset-password#used-up');
      await page.getByRole('textbox', { name: 'New password' }).fill('another password that is long');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
      await context.close();
    },
    STORY_MS,
  );

  it(
    'whoever is signed out gets back to the same page by signing in, once the password is right',
    async () => {
      const owner = await story.newWorkspace();
      const { page, context } = await signedIn(story.browser, owner, '/settings');
      await page.getByRole('heading', { name: 'Profile' }).waitFor();
      await story.postgres.pool.query(
        'delete from member_session where member_id = (select id from member where email = $1)',
        [owner.email],
      );
      await page.reload();
      await fillSignIn(page, { ...owner, password: 'wrong' });
      await page.getByText('There is no member with this e-mail and password.').waitFor();
      await fillSignIn(page, owner);
      await page.getByRole('heading', { name: 'Profile' }).waitFor();
      expect(new URL(page.url()).pathname).toBe('/settings');
      await context.close();
    },
    STORY_MS,
  );

  describeLongLists(() => story);

  it('no script failed, and the policy of the page refused nothing', () => {
    expect(story.browser.complaints).toEqual([]);
  });
});
