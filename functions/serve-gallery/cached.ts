/** Caches a result for `ms`. Concurrent callers share one request. A failed request is not cached. */
export function cached<Answer>(ask: () => Promise<Answer>, ms: number, now: () => number): () => Promise<Answer> {
  let answer: Promise<Answer> | undefined;
  let until = 0;
  return () => {
    if (answer === undefined || now() >= until) {
      const asked = ask();
      answer = asked;
      until = now() + ms;
      asked.catch(() => {
        if (answer === asked) answer = undefined;
      });
    }
    return answer;
  };
}
