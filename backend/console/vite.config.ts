import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a running `hejie serve`. */
const server = process.env.HEJIE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // The server sends `default-src 'self'`: nothing may be inlined as a data: URL except images.
  build: { assetsInlineLimit: 0, chunkSizeWarningLimit: 1200 },
  server: { proxy: { "/api": { target: server, changeOrigin: true } } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
