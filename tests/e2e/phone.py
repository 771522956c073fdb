"""A phone that was offline and comes back: signs for the case it was given, writes a note, exchanges. Prints the text of the note.
With HEJIE_PHONE_DANGER it reports that danger instead, and prints its words.

Reads from the environment: HEJIE_URL, HEJIE_CASE_ID, HEJIE_PHONE_LOGIN, HEJIE_PHONE_PASSWORD. The bindings lie on PYTHONPATH.
"""

import datetime
import os
import sys
import tempfile

import hejie_mobile as hejie


class Pocket(hejie.KeyStore):
    """A key store that keeps its key and its mark in memory: this phone lives for one visit."""

    def __init__(self):
        self.key = None
        self.mark = None

    def load(self):
        return self.key

    def save(self, key):
        self.key = bytes(key)

    def load_mark(self):
        return self.mark

    def save_mark(self, mark):
        self.mark = bytes(mark)


def come_back(directory: str) -> str:
    case = os.environ["HEJIE_CASE_ID"]
    phone = hejie.Phone.open(directory, os.environ["HEJIE_URL"], Pocket())
    phone.sign_in_and_enrol(os.environ["HEJIE_PHONE_LOGIN"], os.environ["HEJIE_PHONE_PASSWORD"], "浏览器测试的手机")
    phone.exchange()
    danger = os.environ.get("HEJIE_PHONE_DANGER")
    text = report(phone, case, danger) if danger else work(phone, case)
    phone.exchange()
    return text


def report(phone: hejie.Phone, case: str, danger: str) -> str:
    phone.report_danger(case, danger)
    return danger


def work(phone: hejie.Phone, case: str) -> str:
    phone.sign_for(case)
    text = f"{datetime.datetime.now():%H:%M:%S} 在楼下已与双方见面，约定下午到调解室。"
    phone.add_note(case, hejie.NoteKind.SCENE, text)
    return text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        print(come_back(directory))
    sys.stdout.flush()
    # Threads of the foreign library may still be at work; the interpreter must not wait for them.
    os._exit(0)
