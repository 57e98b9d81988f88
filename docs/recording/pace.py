"""When each row of a recording is shown. Times depend on the text only, so the same text moves in the same way."""

import dataclasses
import re

from terminal import plain

TYPED = ("$ ", "  AI > ", "  $ ", "  person > ")
HEADING = re.compile(r"\d+\. |   \S")
BEFORE, AFTER, REST = 0.6, 0.5, 6.0  # seconds: in front of the first key, between Enter and the answer, at the end
PER_KEY, LONGEST = 0.025, 0.9
PER_ROW, LEAST, MOST = 0.16, 0.6, 2.0  # the time a reader has for what is new


@dataclasses.dataclass
class Moment:
    """From `at` on, `rows` rows are there. `typed` is how long the last of them takes to be typed, 0 for at once."""

    at: float
    rows: int
    typed: float = 0


def pace(rows):
    """The moments of the recording and its whole length in seconds."""
    moments, now, shown, fresh = [Moment(0, 0)], BEFORE, 0, 0
    for index, row in enumerate(rows):
        text = plain(row)
        if not text.startswith(TYPED):
            fresh += 1
            continue
        if fresh:
            heading = _heading_above(rows, index)
            shown, now = _show(moments, now, shown, index - heading)
            shown, now = _show(moments, now, shown, index) if heading else (shown, now)
        typed = min(LONGEST, PER_KEY * len(text))
        moments.append(Moment(now, index + 1, typed))
        shown, fresh, now = index + 1, 0, now + typed + AFTER
    if shown < len(rows):
        shown, now = _show(moments, now, shown, len(rows))
    return moments, now + REST


def _heading_above(rows, index):
    """How many rows in front of a typed one belong to it: its heading and the empty row before."""
    start = index
    while start > 0 and HEADING.match(plain(rows[start - 1])):
        start -= 1
    return index - start + 1 if 0 < start < index else 0


def _show(moments, now, shown, until):
    if until <= shown:
        return shown, now
    moments.append(Moment(now, until))
    return until, now + min(MOST, max(LEAST, PER_ROW * (until - shown)))
