import type { ReactNode } from "react";
import { NONE } from "@/locales/dictionary";
import { useWords } from "@/locales/words";
import { Moment } from "./Moment";
import { componentWords } from "./words";

interface Props {
  author: string | null | undefined;
  /** By the device's clock. */
  at: string;
  marks?: ReactNode;
  children?: ReactNode;
}

/** One entry of the document: who made it and when by the device's clock, then what it says. */
export function Entry({ author, at, marks, children }: Props) {
  const { deviceTime } = useWords(componentWords);
  return (
    <li className="entry">
      <div className="row">
        {marks}
        <span className="small">{author ?? NONE}</span>
        <span className="soft small" title={deviceTime}>
          <Moment at={at} />
        </span>
      </div>
      {children}
    </li>
  );
}
