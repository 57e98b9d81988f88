"""Rows of a terminal as an SVG that plays by itself: CSS only, so that it moves where scripts are not allowed. Who
prefers no motion, and what knows no animation, sees the last screen."""

from xml.etree import ElementTree
from xml.sax.saxutils import escape

SVG = "{http://www.w3.org/2000/svg}"
CELL, LINE, SIZE, MARGIN, TITLE = 8.4, 18, 14, 12, 34  # pixels
FONT = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace"
STYLES = {"bold": "b", "dim": "d", "red": "r", "green": "g", "cyan": "c", "yellow": "y"}
PAINT = (
    ".s{fill:#0d1117;stroke:#30363d}.k{fill:#0d1117}.u{fill:#c9d1d9}"
    f"text{{font:{SIZE}px {FONT};fill:#c9d1d9;white-space:pre}}"
    "text.b{font-weight:700;fill:#f0f6fc}text.d{fill:#8b949e}text.r{fill:#ff7b72}text.g{fill:#7ee787}"
    "text.c{fill:#79c0ff}text.y{fill:#e3b341}text.n{fill:#8b949e}"
)


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def picture(rows, moments, seconds, columns, screen, title):
    """The whole SVG: a screen of `columns` and `screen` rows through which `rows` pass as `moments` say."""
    width = columns * CELL + 2 * MARGIN
    height = screen * LINE + MARGIN + TITLE
    css, covers = _motion(rows, moments, seconds, screen, width)
    dots = "".join(f'<circle cx="{18 + 18 * n}" cy="17" r="5.5" fill="{fill}"/>'
                   for n, fill in enumerate(("#ff5f57", "#febc2e", "#28c840")))
    text = "\n".join(_row(index, row) for index, row in enumerate(rows) if row)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width)}" height="{number(height)}" '
        f'viewBox="0 0 {number(width)} {number(height)}" xml:space="preserve" role="img" aria-label="{escape(title)}">\n'
        f"<style>{PAINT}{css}</style>\n"
        f'<rect class="s" x=".5" y=".5" width="{number(width - 1)}" height="{number(height - 1)}" rx="8"/>{dots}\n'
        f'<text class="n" x="{number(width / 2)}" y="22" text-anchor="middle">{escape(title)}</text>\n'
        f'<svg x="2" y="{TITLE}" width="{number(width - 4)}" height="{screen * LINE}">\n<g class="p">\n{text}\n{covers}</g>\n</svg>\n</svg>\n'
    )


def _row(index, row):
    """One element for each style, each held to the columns it has, whatever the reader's font is."""
    out, column = [], 0
    for style, text in row:
        shown = text.strip(" ")
        if shown:
            at = column + len(text) - len(text.lstrip(" "))
            css = "".join(STYLES[name] for name in sorted(style))
            out.append(f'<text{f" class={chr(34)}{css}{chr(34)}" if css else ""} x="{number(MARGIN + at * CELL)}" '
                       f'y="{index * LINE + SIZE}" textLength="{number(len(shown) * CELL)}">{escape(shown)}</text>')
        column += len(text)
    return "".join(out)


def _motion(rows, moments, seconds, screen, width):
    """The CSS that moves the page up and the curtain down, and what covers a line while it is typed."""
    percent = lambda at: number(100 * at / seconds)  # noqa: E731
    page, curtain, typing, covers = [], [], [], []
    for moment in moments:
        page.append(f"{percent(moment.at)}%{{transform:translateY({-max(0, moment.rows - screen) * LINE}px)}}")
        curtain.append(f"{percent(moment.at)}%{{transform:translateY({moment.rows * LINE}px)}}")
        if moment.typed:
            name, row = f"t{moment.rows}", moment.rows - 1
            keys = sum(len(text) for _, text in rows[row])
            typing.append(
                f".{name}{{animation-name:{name}}}@keyframes {name}{{0%,{percent(moment.at)}%{{transform:none;"
                f"animation-timing-function:steps({keys})}}{percent(moment.at + moment.typed)}%{{"
                f"transform:translateX({number(keys * CELL)}px);animation-timing-function:step-end}}"
                f"{percent(moment.at + moment.typed + 0.1)}%,to{{transform:translateX({number(2 * width)}px)}}}}")
            covers.append(
                f'<g class="v {name}"><rect class="k" x="{MARGIN}" y="{row * LINE}" width="{number(width)}" height="{LINE}"/>'
                f'<rect class="u" x="{MARGIN}" y="{row * LINE + 2}" width="{number(CELL)}" height="{LINE - 3}"/></g>')
    last = max(0, len(rows) - screen) * LINE
    css = (
        f".p{{transform:translateY({-last}px)}}.v{{opacity:0}}"
        f"@media (prefers-reduced-motion:no-preference){{.p,.q,.v{{animation:{number(seconds)}s step-end infinite}}"
        f".p{{animation-name:p}}.q{{animation-name:q}}.v{{opacity:1}}"
        f"{''.join(typing)}@keyframes p{{{''.join(page)}}}@keyframes q{{{''.join(curtain)}}}}}"
    )
    curtain_rect = f'<rect class="k v q" width="{number(width)}" height="{(len(rows) + screen) * LINE}"/>'
    return css, "".join(covers) + curtain_rect


def text_of(svg):
    """The rows of text in such a picture. Raises ElementTree.ParseError when it is no well-formed XML."""
    rows = {}
    for element in ElementTree.fromstring(svg).iter(SVG + "text"):
        if element.get("class") == "n":
            continue
        row = rows.setdefault((int(element.get("y")) - SIZE) // LINE, "")
        column = round((float(element.get("x")) - MARGIN) / CELL)
        rows[(int(element.get("y")) - SIZE) // LINE] = row.ljust(column) + (element.text or "")
    return [rows[row] for row in sorted(rows)]
