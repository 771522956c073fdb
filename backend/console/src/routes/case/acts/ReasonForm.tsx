import type { ReactNode } from "react";
import type { ActName, Says } from "@/api/act";
import { DeskForm, type DeskFormProps } from "./DeskForm";
import { ReasonField } from "./fields";

interface Props<A extends ActName> extends Omit<DeskFormProps<A, { why: string }>, "says" | "children"> {
  /** What the act says, given the reason. */
  says: (why: string) => Says<A>;
  children?: ReactNode;
}

/** The form of an act for which nothing but a reason is given. */
export function ReasonForm<A extends ActName>({ says, children, ...form }: Props<A>) {
  return (
    <DeskForm<A, { why: string }> {...form} says={({ why }) => says(why.trim())}>
      {children}
      <ReasonField />
    </DeskForm>
  );
}
