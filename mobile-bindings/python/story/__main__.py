"""Plays the first loop through the public interfaces only: 110 calls, two phones work offline, the server rules, 110 is told.

    python3 mobile-bindings/python/story --server http://127.0.0.1:8080 --data hejie-data --hejie target/debug/hejie

The phones are `hejie_mobile`, generated from the built library (`scripts/python-bindings.sh`); its folder must be on PYTHONPATH.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

from scenes import Scenes
from telling import line, table, title

ROOT = pathlib.Path(__file__).resolve().parents[3]


def main() -> int:
    arguments = read_arguments()
    if arguments.story:
        tell(arguments, arguments.story).play()
    else:
        tell(arguments, "agency_fee").play()
        tell(arguments, "young_couple").play_until_disagreement()
        line("这一处分歧留给您，在督导台上裁定", "this disagreement is left for you to rule on, in the console")
    farewell(arguments)
    return 0


def tell(arguments, name: str) -> Scenes:
    """Sets the scene for one story: fresh phones, and everybody where the demonstration left them."""
    story = json.loads((ROOT / "tests/fixtures/stories" / f"{name}.json").read_text())
    phones = arguments.data / "phones" / name
    shutil.rmtree(phones, ignore_errors=True)

    def hejie(*words: str) -> subprocess.CompletedProcess:
        command = [arguments.hejie, *words, "--data", arguments.data]
        return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    title(story["title"], story["title_en"])
    return Scenes(arguments.server, people(arguments), story, phones, hejie)


def people(arguments) -> dict:
    """The accounts and the channel's secret, as `hejie demo` wrote them down."""
    return json.loads((arguments.data / "demo.json").read_text())


def read_arguments():
    parser = argparse.ArgumentParser(prog="story", description="Plays the first loop through the public interfaces.")
    parser.add_argument("--server", default="http://127.0.0.1:8080", help="where `hejie serve` listens")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("hejie-data"), help="its data directory, with demo.json")
    parser.add_argument("--hejie", type=pathlib.Path, default=ROOT / "target/debug/hejie", help="the program itself")
    parser.add_argument("--story", help="one of tests/fixtures/stories, told to its end; without it the first, and the beginning of the second")
    return parser.parse_args()


def farewell(arguments):
    demo, server = people(arguments), arguments.server
    title("请看", "Have a look")
    line(f"督导台 {server}", "the supervisors' console")
    line(f"接口说明 {server}/api/openapi.json", "the API")
    line("演示账号，密码都是 " + demo["accounts"][0]["password"], "demonstration accounts, one password")
    table([(account["login"], account["name"], account["org"]) for account in demo["accounts"]])


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Threads of the foreign library may still be at work; the interpreter must not wait for them or
    # pull the ground away.
    os._exit(status)
