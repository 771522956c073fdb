/** Ends the output with `N passed, N failed`, which `make test` adds up. */

import type { Reporter, TestCase } from "@playwright/test/reporter";

export default class Counting implements Reporter {
  readonly #outcomes = new Map<string, boolean>();
  #broken = false;

  onTestEnd(test: TestCase): void {
    this.#outcomes.set(test.id, test.outcome() === "expected");
  }

  onError(): void {
    this.#broken = true;
  }

  onExit(): Promise<void> {
    const passed = [...this.#outcomes.values()].filter(Boolean).length;
    const failed = this.#outcomes.size - passed + (this.#broken ? 1 : 0);
    process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
    return Promise.resolve();
  }
}
