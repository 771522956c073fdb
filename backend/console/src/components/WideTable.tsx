import { Table, type TableProps } from "antd";

interface Props<T> extends Omit<TableProps<T>, "scroll" | "pagination" | "size" | "tableLayout"> {
  /** What the table holds, for those who do not see it. */
  name: string;
  /** Narrower windows scroll the table sideways, with the keyboard as well. */
  width: number;
}

/** A table without pages that stays readable in a narrow window. */
export function WideTable<T extends object>({ name, width, ...table }: Props<T>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable with the keyboard
    <section className="wide-table" aria-label={name} tabIndex={0}>
      <Table<T> {...table} size="middle" tableLayout="auto" pagination={false} style={{ minWidth: width }} />
    </section>
  );
}
