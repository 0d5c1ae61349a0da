import { awsJson } from '../../../wire/json.ts';
import type { Api } from '../../../wire/messages.ts';
import { descriptionOperations } from './descriptions.ts';
import { groupOperations } from './groups.ts';
import type { CognitoParts } from './types.ts';
import { userOperations } from './users.ts';

/** What administrators do with users and groups; pools and clients are made by stacks. */
export function cognitoApi(parts: CognitoParts): Api {
  return awsJson('cognito-idp', {
    ...userOperations(parts),
    ...groupOperations(parts),
    ...descriptionOperations(parts),
  });
}
