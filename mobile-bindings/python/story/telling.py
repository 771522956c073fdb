"""How the story is printed: Chinese first, English below, one act a block."""

import sys
import unicodedata

_COLOUR = sys.stdout.isatty()


def width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if _COLOUR else text


def title(zh: str, en: str):
    line = "─" * (width(zh) + width(en) + 7)
    print(f"\n{paint('1', line)}\n  {paint('1', zh)}  ·  {en}\n{paint('1', line)}", flush=True)


def act(number: int, zh: str, en: str):
    print(f"\n{paint('1;36', f'{number}. {zh}')}\n   {paint('2', en)}", flush=True)


def line(zh: str, en: str = ""):
    print(f"   · {zh}" + (f"  {paint('2', en)}" if en else ""), flush=True)


def quote(who: str, text: str):
    print(f"     {paint('33', who)}：“{text}”", flush=True)


def table(rows: list[tuple[str, ...]]):
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell + " " * (widths[column] - width(cell)) for column, cell in enumerate(row)]
        print(f"     {'  '.join(cells).rstrip()}", flush=True)
