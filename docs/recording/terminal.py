"""What a program prints on a terminal of fixed width, as rows of styled text. Knows colours, line ends and wrapping;
anything else a terminal can do is an error, so that a picture never shows what a terminal would not."""

import re
import unicodedata

SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
COLOURS = {30 + n: name for n, name in enumerate("black red green yellow blue magenta cyan white".split())}


class Unknown(Exception):
    """The program printed what this terminal does not know."""


class Terminal:
    """`rows` holds lists of (style, text); a style is a frozenset of "bold", "dim" and the name of a colour."""

    def __init__(self, columns):
        self.columns = columns
        self.rows = [[]]
        self._style = frozenset()

    def write(self, text):
        at = 0
        while at < len(text):
            sequence = SEQUENCE.match(text, at)
            if sequence:
                self._rendition(sequence[1])
                at = sequence.end()
                continue
            self._character(text[at])
            at += 1

    def _character(self, character):
        if character == "\r":
            return  # always before a line feed here; a program that overwrites its line is met below
        if character == "\n":
            self.rows.append([])
            return
        if not character.isprintable() or unicodedata.east_asian_width(character) in "WF":
            raise Unknown(f"the program printed U+{ord(character):04X}, which this terminal does not know")
        if sum(len(text) for _, text in self.rows[-1]) == self.columns:
            self.rows.append([])
        row = self.rows[-1]
        if row and row[-1][0] == self._style:
            row[-1] = (self._style, row[-1][1] + character)
        else:
            row.append((self._style, character))

    def _rendition(self, parameters):
        for word in parameters.split(";"):
            code = int(word or 0)
            if code == 0:
                self._style = frozenset()
            elif code in (1, 2):
                self._style |= {"bold" if code == 1 else "dim"}
            elif code in COLOURS:
                self._style = (self._style - set(COLOURS.values())) | {COLOURS[code]}
            else:
                raise Unknown(f"the program used the colour code {code}, which this terminal does not know")


def play(text, columns):
    """The rows that `text` leaves, without empty ones at the end."""
    if re.search(r"\r(?!\n)", text):
        raise Unknown("the program returned to the beginning of a line, which this terminal does not know")
    terminal = Terminal(columns)
    terminal.write(text)
    while terminal.rows and not terminal.rows[-1]:
        terminal.rows.pop()
    return terminal.rows


def plain(row):
    return "".join(text for _, text in row)
