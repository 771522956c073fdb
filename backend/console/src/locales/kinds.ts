/** The life of a case in words: its states, its events, its clocks, what is disputed about it, and how it ends. */

import { dictionary } from "./dictionary";
import { kinds } from "./kinds.made";

export const kindWords = dictionary(kinds);
