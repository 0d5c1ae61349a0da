/** Text that waits until what is to come before it is written. */
export type Held = {
  write: (text: string) => void;
  /** Writes what has waited; from now on nothing waits. Again it does nothing. */
  release: () => void;
};

export function holdBack(write: (text: string) => void): Held {
  let held: string[] | undefined = [];
  return {
    write: (text) => {
      if (held === undefined) write(text);
      else held.push(text);
    },
    release: () => {
      const texts = held ?? [];
      held = undefined;
      for (const text of texts) write(text);
    },
  };
}
