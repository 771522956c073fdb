import { Card, Empty } from "antd";
import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  extra?: ReactNode;
  /** Shown instead of the children when there is nothing to show. */
  empty?: string | false | undefined;
  children?: ReactNode;
}

/** A titled part of a page, found by its heading with a screen reader. */
export function Section({ title, extra, empty, children }: Props) {
  const id = useId();
  return (
    <Card
      role="region"
      aria-labelledby={id}
      title={
        <h2 id={id} style={{ margin: 0, fontSize: 15, fontWeight: 600 }}>
          {title}
        </h2>
      }
      extra={extra}
    >
      {empty ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} style={{ margin: "8px 0" }} />
      ) : (
        children
      )}
    </Card>
  );
}
