import type { ReactNode } from "react";
import { Section } from "./Section";

interface Props {
  title: string;
  /** Shown instead of a list without entries; without it such a list is not shown at all. */
  empty?: string | undefined;
  className?: string;
  children: ReactNode[];
}

/** A titled list of entries. */
export function ListSection({ title, empty, className = "", children }: Props) {
  const isEmpty = children.length === 0;
  if (isEmpty && !empty) return null;
  return (
    <Section title={title} empty={isEmpty && empty}>
      <ul className={`plain ${className}`}>{children}</ul>
    </Section>
  );
}
