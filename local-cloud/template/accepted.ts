/**
 * Properties that are accepted without effect: at most ten, none of which touches delivery, permission or timing. They are listed when
 * the cloud starts. Every other property is implemented, or refused by name.
 */
export const accepted: readonly { type: string; property: string; reason: string }[] = [
  { type: 'any', property: 'Tags', reason: 'nothing here bills or searches by tags' },
];
