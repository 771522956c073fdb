/** The language of the console: Chinese unless the person has switched, remembered in this browser. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { en } from "./en";
import { type Words, zh } from "./zh-CN";

export type Language = "zh-CN" | "en";

interface Speech {
  language: Language;
  words: Words;
  setLanguage: (language: Language) => void;
}

const KEY = "hejie.language";
const dictionaries: Record<Language, Words> = { "zh-CN": zh, en };

const Speech = createContext<Speech>({ language: "zh-CN", words: zh, setLanguage: () => undefined });

/** The words in the chosen language. */
export function useWords(): Words {
  return useContext(Speech).words;
}

/** The chosen language and the means to change it. */
export function useLanguage(): Speech {
  return useContext(Speech);
}

export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(KEY) === "en" ? "en" : "zh-CN",
  );
  const words = dictionaries[language];

  useEffect(() => {
    localStorage.setItem(KEY, language);
    document.documentElement.lang = language;
    document.title = `${words.product} · ${words.console}`;
  }, [language, words]);

  const speech = useMemo(() => ({ language, words, setLanguage }), [language, words]);
  return <Speech value={speech}>{children}</Speech>;
}

/** The word for a code, or the given text when this console is older than the server and lacks it. */
export function wordFor(dictionary: Record<string, string>, code: string, otherwise: string = code): string {
  return Object.hasOwn(dictionary, code) ? (dictionary[code] ?? otherwise) : otherwise;
}
