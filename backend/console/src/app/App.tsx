/** The console put together: language, look, answers kept from the server, and the pages. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { RouterProvider } from "react-router";
import { asProblem } from "@/api/problem";
import { SpeechProvider, useLanguage } from "@/locales/words";
import { router } from "./router";
import { theme } from "./theme";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; only an unreachable or failing server is asked again.
      retry: (failures, error) => {
        const { status } = asProblem(error);
        return failures < 2 && (status === 0 || status >= 500);
      },
    },
  },
});

export function App() {
  return (
    <SpeechProvider>
      <Dressed />
    </SpeechProvider>
  );
}

function Dressed() {
  const { language } = useLanguage();
  return (
    <ConfigProvider
      theme={theme}
      locale={language === "en" ? enUS : zhCN}
      button={{ autoInsertSpace: false }}
    >
      <AntApp>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
