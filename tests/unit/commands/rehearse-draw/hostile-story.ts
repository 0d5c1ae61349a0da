import type { HookReport, Story } from '../../../../commands/rehearse/story.ts';

/** Markup, control characters, what turns a text's direction, and characters that take two columns: wherever a text can come from outside. */
export const NASTY = `<img src=x onerror="alert(1)"></script><script>window.hacked=true</script>'&\u001b[2J\u202e画像の大きさが違う😀\n\r${'long'.repeat(60)}`;

/** The story with such a text in place of every text. */
export function hostile(story: Story): Story {
  const picture = (one: HookReport['pictures'][number]): HookReport['pictures'][number] => ({
    ...one,
    name: NASTY,
    problems: [NASTY, NASTY],
    expected: { status: NASTY, outputs: one.expected.outputs.map((output) => ({ ...output, format: NASTY })) },
    got: { status: NASTY, reason: NASTY, outputs: [] },
    expectedPicture: `data:image/svg+xml,${NASTY}`,
    gotPicture: `https://example.com/${NASTY}`,
  });
  return {
    ...story,
    fault: NASTY,
    about: NASTY,
    deploymentConfig: NASTY,
    stackName: NASTY,
    startedAt: NASTY,
    notes: [...story.notes, { at: story.lastedMs, text: NASTY }],
    alarms: story.alarms.map((alarm) => ({ ...alarm, name: NASTY })),
    uploads: { ...story.uploads, repaired: [{ key: NASTY, before: NASTY, after: NASTY }] },
    releases: story.releases.map((release) => ({
      ...release,
      name: NASTY,
      deploymentId: NASTY,
      oldVersion: `3${NASTY}`,
      newVersion: `4${NASTY}`,
      reason: NASTY,
      ...(release.report && {
        report: {
          ...release.report,
          hook: NASTY,
          failures: [NASTY],
          pictures: release.report.pictures.map(picture),
        },
      }),
    })),
    verdict: { asExpected: false, outcome: 'rolled back', guard: NASTY, expected: NASTY, problems: [NASTY] },
  };
}
