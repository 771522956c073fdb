import type { ReactNode } from "react";
import { useWords } from "@/locales/words";
import { Moment } from "./Moment";

interface Props {
  author: string | null | undefined;
  /** By the device's clock. */
  at: string;
  marks?: ReactNode;
  children?: ReactNode;
}

/** One entry of the document: who made it and when by the device's clock, then what it says. */
export function Entry({ author, at, marks, children }: Props) {
  const words = useWords();
  return (
    <li className="entry">
      <div className="row">
        {marks}
        <span className="small">{author ?? words.none}</span>
        <span className="soft small" title={words.case.deviceTime}>
          <Moment at={at} />
        </span>
      </div>
      {children}
    </li>
  );
}
