/** The language of the console: Chinese unless the person has switched, remembered in this browser. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { Dictionary, Language } from "./dictionary";
import { consoleTitle } from "./title";

interface Speech {
  language: Language;
  setLanguage: (language: Language) => void;
}

const KEY = "hejie.language";

const Speech = createContext<Speech>({ language: "zh-CN", setLanguage: () => undefined });

/** The words of a dictionary in the chosen language. */
export function useWords<W>(dictionary: Dictionary<W>): W {
  return dictionary[useContext(Speech).language];
}

/** The chosen language and the means to change it. */
export function useLanguage(): Speech {
  return useContext(Speech);
}

export function SpeechProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() =>
    localStorage.getItem(KEY) === "en" ? "en" : "zh-CN",
  );

  useEffect(() => {
    localStorage.setItem(KEY, language);
    document.documentElement.lang = language;
    document.title = consoleTitle[language];
  }, [language]);

  const speech = useMemo(() => ({ language, setLanguage }), [language]);
  return <Speech value={speech}>{children}</Speech>;
}

/** The word for a code, or the given text when this console is older than the server and lacks it. */
export function wordFor(dictionary: Record<string, string>, code: string, otherwise: string = code): string {
  return Object.hasOwn(dictionary, code) ? (dictionary[code] ?? otherwise) : otherwise;
}

/** A choice for each word of a dictionary. */
export function optionsOf(words: Record<string, string>): { value: string; label: string }[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
