/** Words in every language of the console, side by side: each part of the console has its own, beside its code. */

export type Language = "zh-CN" | "en";

/** The same words in every language. */
export type Dictionary<W> = Readonly<Record<Language, W>>;

/** What the words of a dictionary look like, whatever the language. */
export type WordsOf<D> = D extends Dictionary<infer W> ? W : never;

/** Chinese comes first and is the shape: a word that English lacks, or has beside it, does not compile. */
export function dictionary<W>(words: { "zh-CN": W; en: NoInfer<W> }): Dictionary<W> {
  return words;
}

/** What stands where nothing was written, in any language. */
export const NONE = "—";
