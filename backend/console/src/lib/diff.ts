/** Marks what one text has and another lacks, character by character: Chinese has no spaces to split at. */

/** A run of characters that both texts share, or that only this one has. */
export interface Run {
  text: string;
  own: boolean;
}

/** Longer texts are shown without marks: the table below grows with the product of both lengths. */
const LIMIT = 1500;

/** The runs of `text`, marked against `other`. */
export function runs(text: string, other: string): Run[] {
  const a = Array.from(text);
  const b = Array.from(other);
  if (a.length === 0) return [];
  if (a.length > LIMIT || b.length > LIMIT) return [{ text, own: false }];
  return join(a, shared(a, b));
}

/** For each character of `a`, whether it belongs to a longest common subsequence with `b`. */
function shared(a: string[], b: string[]): boolean[] {
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const kept = a.map(() => false);
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept[i] = true;
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return kept;
}

function join(characters: string[], kept: boolean[]): Run[] {
  const result: Run[] = [];
  characters.forEach((character, i) => {
    const own = !kept[i];
    const last = result.at(-1);
    if (last && last.own === own) last.text += character;
    else result.push({ text: character, own });
  });
  return result;
}
