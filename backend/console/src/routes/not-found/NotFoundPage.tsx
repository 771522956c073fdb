import { Result } from "antd";
import { Link } from "react-router";
import { useWords } from "@/locales/words";

export function NotFoundPage() {
  const { notFound } = useWords();
  return (
    <Result
      status="info"
      title={notFound.title}
      subTitle={notFound.lead}
      extra={<Link to="/cases">{notFound.home}</Link>}
    />
  );
}
