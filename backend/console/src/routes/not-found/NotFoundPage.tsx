import { Result } from "antd";
import { Link } from "react-router";
import { useWords } from "@/locales/words";
import { notFoundWords } from "./words";

export function NotFoundPage() {
  const words = useWords(notFoundWords);
  return (
    <Result
      status="info"
      title={words.title}
      subTitle={words.lead}
      extra={<Link to="/cases">{words.home}</Link>}
    />
  );
}
