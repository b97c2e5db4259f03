"""Draws the brand images: a horn speaker of our own, and no artwork of the vendor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, radians, sin
from pathlib import Path
import sys

from PIL import Image, ImageDraw

BRAND = Path(__file__).parents[2] / "custom_components/grandstream_gsc/brand"

# Drawn this much larger, then scaled down: the drawing functions know no antialiasing.
OVERSAMPLING = 8
ICON_SIZE = 256
LOGO_HEIGHT = 160
COLORS = 256

type Point = tuple[float, float]
type Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colors for one kind of background."""

    driver: str
    horn: str
    rim: str
    mouth: str
    wave: str
    text: str


LIGHT = Palette(
    driver="#134e4a",
    horn="#0f766e",
    rim="#14a394",
    mouth="#134e4a",
    wave="#f59e0b",
    text="#134e4a",
)
DARK = Palette(
    driver="#5eead4",
    horn="#2dc9b8",
    rim="#99f6e4",
    mouth="#0f766e",
    wave="#fbbf24",
    text="#ccfbf1",
)


class Canvas:
    """A drawing whose unit is the height of the icon."""

    def __init__(self, width: float, height: float, pixels: int) -> None:
        """Prepare a transparent drawing; a unit will be this many pixels."""
        self._scale = pixels * OVERSAMPLING
        size = (round(width * self._scale), round(height * self._scale))
        self._image = Image.new("RGBA", size)
        self._draw = ImageDraw.Draw(self._image)

    def polygon(self, points: Iterable[Point], color: str) -> None:
        """Fill a polygon."""
        self._draw.polygon([self._pixels(point) for point in points], fill=color)

    def ellipse(self, box: Box, color: str) -> None:
        """Fill an ellipse."""
        self._draw.ellipse(self._pixel_box(box), fill=color)

    def rounded(self, box: Box, radius: float, color: str) -> None:
        """Fill a rectangle with round corners."""
        self._draw.rounded_rectangle(
            self._pixel_box(box), radius * self._scale, fill=color
        )

    def stroke(self, points: Iterable[Point], width: float, color: str) -> None:
        """Draw a line with round ends and joints."""
        path = [self._pixels(point) for point in points]
        self._draw.line(path, fill=color, width=round(width * self._scale))
        for x, y in path:
            radius = width * self._scale / 2
            self._draw.ellipse(
                (x - radius, y - radius, x + radius, y + radius), fill=color
            )

    def finished(self) -> Image.Image:
        """Return the drawing in its final size."""
        size = (
            self._image.width // OVERSAMPLING,
            self._image.height // OVERSAMPLING,
        )
        small = self._image.resize(size, Image.Resampling.LANCZOS)
        # A palette makes the file much smaller, and flat colors lose nothing by it.
        return small.quantize(COLORS, Image.Quantize.FASTOCTREE)

    def _pixels(self, point: Point) -> Point:
        """Return where a point lies."""
        return point[0] * self._scale, point[1] * self._scale

    def _pixel_box(self, box: Box) -> Box:
        """Return where a box lies."""
        left, top, right, bottom = box
        return (*self._pixels((left, top)), *self._pixels((right, bottom)))


def arc(
    center: Point, radii: Point, start: float, end: float, steps: int = 90
) -> list[Point]:
    """Return points of an elliptic arc; degrees run clockwise from the right."""
    angles = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [
        (center[0] + radii[0] * cos(angle), center[1] + radii[1] * sin(angle))
        for angle in angles
    ]


def draw_horn(canvas: Canvas, palette: Palette) -> None:
    """Draw a horn speaker that sounds, one unit wide and high."""
    canvas.rounded((0, 0.31, 0.26, 0.69), 0.07, palette.driver)
    canvas.polygon(horn_outline(), palette.horn)
    canvas.ellipse((0.42, 0, 0.665, 1), palette.rim)
    canvas.ellipse((0.475, 0.09, 0.625, 0.91), palette.mouth)
    for radius in (0.24, 0.395):
        waves = arc((0.56, 0.5), (radius, radius), -42, 42)
        canvas.stroke(waves, 0.09, palette.wave)


def horn_outline(steps: int = 60) -> list[Point]:
    """Return the outline of the flare from driver to mouth."""
    upper = []
    for i in range(steps + 1):
        part = i / steps
        upper.append((0.17 + 0.37 * part, 0.5 - 0.13 - 0.35 * part**2.1))
    return upper + [(x, 1 - y) for x, y in reversed(upper)]


def draw_icon(palette: Palette, pixels: int) -> Image.Image:
    """Draw the icon."""
    canvas = Canvas(1, 1, pixels)
    draw_horn(canvas, palette)
    return canvas.finished()


def draw_logo(palette: Palette, pixels: int) -> Image.Image:
    """Draw the icon with the name of the product line beside it."""
    canvas = Canvas(2.62, 1, pixels)
    draw_horn(canvas, palette)
    for letter in letters():
        canvas.stroke(letter, 0.105, palette.text)
    return canvas.finished()


def letters() -> list[list[Point]]:
    """Return the strokes of the letters GSC."""
    radius = 0.21
    round_radii = (radius, radius)
    half_radii = (0.15, radius / 2)
    g, s, c = (1.41, 0.5), 1.91, (2.42, 0.5)
    return [
        [*arc(g, round_radii, -48, -360), (g[0] + 0.05, 0.5)],
        [
            *arc((s, 0.5 - radius / 2), half_radii, -25, -270),
            *arc((s, 0.5 + radius / 2), half_radii, -90, 155),
        ],
        arc(c, round_radii, -48, -312),
    ]


def main(folder: Path = BRAND) -> None:
    """Write all images."""
    kinds: tuple[tuple[str, Callable[[Palette, int], Image.Image], int], ...] = (
        ("icon", draw_icon, ICON_SIZE),
        ("logo", draw_logo, LOGO_HEIGHT),
    )
    folder.mkdir(exist_ok=True)
    for name, draw, pixels in kinds:
        for prefix, palette in (("", LIGHT), ("dark_", DARK)):
            draw(palette, pixels).save(folder / f"{prefix}{name}.png", optimize=True)
            draw(palette, 2 * pixels).save(
                folder / f"{prefix}{name}@2x.png", optimize=True
            )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
