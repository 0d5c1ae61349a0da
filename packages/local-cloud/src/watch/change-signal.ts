export type ChangeSignal = {
  set: () => void;
  /** Resolves at the next `set`, or immediately if one came since the last `wait`. */
  wait: () => Promise<void>;
  /** Was it set since the last `wait`? */
  isSet: () => boolean;
};

/** Several `set` calls before the next `wait` count as one. */
export function createChangeSignal(): ChangeSignal {
  let waits = false;
  let wake: (() => void) | undefined;
  return {
    set: () => {
      waits = true;
      wake?.();
    },
    wait: async () => {
      if (!waits) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      wake = undefined;
      waits = false;
    },
    isSet: () => waits,
  };
}
