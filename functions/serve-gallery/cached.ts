/** The same answer for `ms`; several askers at once share one question. What failed is asked again. */
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
