"""Plays stories as far as the disagreement between the two phones, and leaves them there for the browser to rule on.

    disputes.py --server http://127.0.0.1:8080 --demo hejie-data/demo.json agency_fee unpaid_wages young_couple

The bindings lie on PYTHONPATH; the story player lends its scenes.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "mobile-bindings/python/story"))

from scenes import Scenes  # noqa: E402


def play(server: str, demo: dict, name: str, folder: pathlib.Path) -> Scenes:
    story = json.loads((ROOT / "tests/fixtures/stories" / f"{name}.json").read_text())
    scenes = Scenes(server, demo, story, folder / name, None)
    try:
        scenes.call()
        scenes.sign_for()
        scenes.work_offline()
        scenes.mediator_returns()
        scenes.colleague_returns()
    finally:
        scenes.mailbox.close()
    return scenes


def main():
    parser = argparse.ArgumentParser(description="Plays stories as far as the disagreement.")
    parser.add_argument("--server", required=True)
    parser.add_argument("--demo", type=pathlib.Path, required=True)
    parser.add_argument("stories", nargs="+")
    arguments = parser.parse_args()
    demo = json.loads(arguments.demo.read_text())
    with tempfile.TemporaryDirectory() as folder:
        played = [play(arguments.server, demo, name, pathlib.Path(folder)) for name in arguments.stories]
        # People of one story take part in another with a further phone.
        for scenes in played:
            scenes.exchange_all()


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    # Threads of the foreign library may still be at work; the interpreter must not wait for them.
    os._exit(0)
