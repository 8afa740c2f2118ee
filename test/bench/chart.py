"""The results as an SVG picture: a bar for each contender, HAProxy's length is 1."""

from xml.sax.saxutils import escape

from figures import show

BASE = "haproxy"
COLOURS = {"spliced": "#1d63c4", "haproxy": "#8d939c", "nginx": "#3f9b6c"}
WEIGHTS = {"spliced": "bold"}
PAPER, INK, FAINT, LINE = "#ffffff", "#1b1f24", "#5c6470", "#c9ced6"

WIDTH, MARGIN = 1000, 28
BARS, UNIT = 400, 150      # where bars begin, and the length that stands for 1
LONGEST = 3.0              # longer bars are cut, their ends say so
BAR, GAP, FIGURE_GAP, WORKLOAD_GAP = 13, 2, 12, 20


class Canvas:
    """Shapes in the order of drawing, and how far down they reach."""

    def __init__(self):
        self.y = MARGIN
        self._shapes = []

    def text(self, x, y, words, *, size=13, colour=INK, weight="normal", anchor="start"):
        self._shapes.append(f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" font-weight="{weight}" '
                            f'text-anchor="{anchor}" stroke="{PAPER}" stroke-width="3" paint-order="stroke">'
                            f'{escape(words)}</text>')

    def bar(self, x, y, width, height, colour):
        self._shapes.append(f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}" fill="{colour}"/>')

    def slash(self, x, y, height):
        """A gap in a bar: it goes on further than it is drawn."""
        self._shapes.append(f'<path d="M{x:g} {y + height + 1:g} l6 {-height - 2:g} h5 l-6 {height + 2:g} z" '
                            f'fill="{PAPER}"/>')

    def upright(self, x, top, bottom):
        self._shapes.append(f'<path d="M{x:g} {top:g} V{bottom:g}" stroke="{LINE}" stroke-dasharray="3 3"/>')

    def svg(self):
        height = self.y + MARGIN
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:g}" '
            f'viewBox="0 0 {WIDTH} {height:g}" font-family="Helvetica, Arial, DejaVu Sans, sans-serif">',
            f'<rect width="{WIDTH}" height="{height:g}" fill="{PAPER}"/>', *self._shapes, "</svg>", ""])


def draw(results, workloads, subtitle):
    canvas = Canvas()
    _title(canvas, results, subtitle)
    for workload in workloads:
        figures = [figure for figure in workload.figures if not figure.minor]
        if figures:
            canvas.y += WORKLOAD_GAP
            canvas.text(MARGIN, canvas.y + 11, workload.title, size=14, weight="bold")
            canvas.y += 20
        for figure in figures:
            _figure(canvas, results, workload, figure)
    return canvas.svg()


def _title(canvas, results, subtitle):
    canvas.text(MARGIN, canvas.y + 12, "spliced, HAProxy and nginx stream", size=20, weight="bold")
    canvas.y += 34
    for line in subtitle:
        canvas.text(MARGIN, canvas.y, line, size=12, colour=FAINT)
        canvas.y += 16
    canvas.y += 8
    x = MARGIN
    for name, title in results.contenders.items():
        canvas.bar(x, canvas.y - 1, BAR, BAR, COLOURS[name])
        canvas.text(x + BAR + 6, canvas.y + 10, title)
        x += BAR + 40 + 7 * len(title)
    canvas.text(BARS, canvas.y + 10, "length: HAProxy = 1; numbers: medians", size=12, colour=FAINT)
    canvas.y += BAR


def _figure(canvas, results, workload, figure):
    found = {name: results.of(workload, figure, name) for name in results.contenders}
    values = {name: each.median for name, each in found.items() if each}
    one = values.get(BASE) or max(values.values(), default=0) or 1
    height = len(found) * (BAR + GAP) - GAP
    middle = canvas.y + height / 2
    canvas.text(BARS - 14, middle + 1, figure.label, anchor="end")
    canvas.text(BARS - 14, middle + 15, f"{figure.better} is better", size=11, colour=FAINT, anchor="end")
    if BASE in values:
        canvas.upright(BARS + UNIT, canvas.y - 3, canvas.y + height + 3)
    for name in found:
        _bar(canvas, name, values.get(name), one)
        canvas.y += BAR + GAP
    canvas.y += FIGURE_GAP - GAP


def _bar(canvas, name, value, one):
    if value is None:
        canvas.text(BARS + 4, canvas.y + 11, "failed", size=12, colour=FAINT)
        return
    length = min(value / one, LONGEST) * UNIT
    canvas.bar(BARS, canvas.y, length, BAR, COLOURS[name])
    if value / one > LONGEST:
        canvas.slash(BARS + length - 24, canvas.y, BAR)
    canvas.text(BARS + length + 6, canvas.y + 11, show(value), size=12, weight=WEIGHTS.get(name, "normal"))
