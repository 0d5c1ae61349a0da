export type Bell = {
  ring: () => void;
  /** Resolves at the next ring, or at once where it rang since the last time. */
  rung: () => Promise<void>;
  /** Did it ring since the last time? */
  hasRung: () => boolean;
};

/** Several rings that nobody has listened to are one. */
export function createBell(): Bell {
  let waits = false;
  let wake: (() => void) | undefined;
  return {
    ring: () => {
      waits = true;
      wake?.();
    },
    rung: async () => {
      if (!waits) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      wake = undefined;
      waits = false;
    },
    hasRung: () => waits,
  };
}
