import type { TableColumnsType } from "antd";
import type { ReactNode } from "react";

type Show<T> = (row: T) => ReactNode;

interface Cell<T> {
  show: Show<T>;
  align?: "right";
  width?: number;
}

/** The columns of a table in their order: under each title what is shown of a row. */
export function columnsOf<T>(
  titles: Record<string, string>,
  cells: Record<string, Show<T> | Cell<T>>,
): TableColumnsType<T> {
  return Object.entries(cells).map(([key, cell]) => {
    const { show, ...layout } = typeof cell === "function" ? { show: cell } : cell;
    return { ...layout, title: titles[key], key, render: (_: unknown, row: T) => show(row) };
  });
}
