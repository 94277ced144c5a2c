import {
  ApiTokenEntity,
  createWorkspace,
  Database,
  hashPassword,
  issueApiToken,
  MemberEntity,
  tokenHash,
  type Transaction,
} from '@waypost/persistence';
import { StandaloneProblem } from '../standalone-problem.js';

export const DEMO_OWNER = { email: 'owner@demo.waypost.local', fullName: 'Demo Owner' };
const TOKEN_NAME = 'npm start';

export interface DemoWorkspace {
  workspaceId: string;
  apiToken: string;
}

export interface DemoSecrets {
  ownerPassword: string;
  /** Of an earlier start. */
  apiToken?: string;
  /** Must be on disk when it returns: a token that nobody knows is of no use. */
  keepApiToken(token: string): Promise<void>;
}

/**
 * Finds the demo workspace, or creates it with an owner and an API token in one transaction, so that a start which was
 * interrupted leaves either all of it or nothing.
 *
 * @throws StandaloneProblem when the database holds the demo workspace of another data folder
 */
export async function ensureDemoWorkspace(database: Database, secrets: DemoSecrets): Promise<DemoWorkspace> {
  if (secrets.apiToken) {
    const known = await database.read.findOneBy(ApiTokenEntity, { tokenHash: tokenHash(secrets.apiToken) });
    if (known && !known.revokedAt) return { workspaceId: known.workspaceId, apiToken: secrets.apiToken };
    if (known) return database.transaction((tx) => issueAnother(tx, known, secrets));
  }
  const passwordHash = await hashPassword(secrets.ownerPassword);
  return database.transaction(async (tx) => {
    if (await tx.existsBy(MemberEntity, { email: DEMO_OWNER.email })) throw ofAnotherFolder();
    const { workspaceId, memberId } = await createWorkspace(tx, {
      name: 'Demo',
      owner: { ...DEMO_OWNER, passwordHash },
    });
    return issueAnother(tx, { workspaceId, memberId }, secrets);
  });
}

async function issueAnother(
  tx: Transaction,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
  secrets: DemoSecrets,
): Promise<DemoWorkspace> {
  const { token } = await issueApiToken(tx, { workspaceId, memberId, name: TOKEN_NAME });
  // Before the commit: a token on disk that is not in the database is replaced at the next start, the reverse is lost.
  await secrets.keepApiToken(token);
  return { workspaceId, apiToken: token };
}

function ofAnotherFolder(): StandaloneProblem {
  return new StandaloneProblem(
    'The database already holds a demo workspace whose secrets are in another data folder: ' +
      'set STANDALONE_DATA_DIR to that folder, or DATABASE_URL to an empty database.',
  );
}
