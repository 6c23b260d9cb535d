"""The palette holds for colour-blind readers, on white and on dark."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from thesisbook.exhibits import theme

# Machado, Oliveira and Fernandes (2009), severity 1.0
SIGHT = {
    "usual": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
TOGETHER = {
    "series without a meaning": theme.NEUTRAL[:5],
    "the company and its rivals, gains and losses": [
        theme.MEANING_ROLES[meaning] for meaning in ("company", "rival", "gain", "loss")
    ],
    "the company's chips": [theme.MEANING_ROLES[chip] for chip in theme.CHIPS],
}
DRAWN = sorted({*theme.NEUTRAL, *theme.MEANING_ROLES.values()})


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    levels = sorted(linear(c) @ np.array([0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (levels[1] + 0.05) / (levels[0] + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("group", TOGETHER)
def test_what_is_drawn_together_stays_apart(sight: str, mode: int, group: str) -> None:
    roles = TOGETHER[group]
    seen = {role: lab(SIGHT[sight] @ linear(theme.ROLES[role][mode])) for role in roles}
    for one, other in combinations(roles, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_contrast_on_the_page(mode: int) -> None:
    page = theme.ROLES["surface"][mode]
    for role in ("ink", "muted"):
        assert contrast(theme.ROLES[role][mode], page) >= 4.5, role
    for role in DRAWN:
        assert contrast(theme.ROLES[role][mode], page) >= 3, role
        assert contrast(theme.ROLES[role][mode], theme.ROLES["inside"][mode]) >= 4.5, role


def test_words_on_tints_are_readable() -> None:
    for tint in (*theme.LOW_HIGH, *theme.SHADES):
        assert contrast(theme.ON_TINT, tint) >= 4.5


def test_a_meaning_has_a_colour_of_its_own() -> None:
    roles = [theme.MEANING_ROLES[m] for m in ("company", "rival", "gain", "loss", "unknown")]
    assert len({*roles}) == len(roles)
    assert not {*roles} & {theme.MEANING_ROLES[chip] for chip in theme.CHIPS}
    assert not {*roles} - {"slate"} & {*theme.NEUTRAL}, "a series without a meaning suggests none"
    for meaning, role in theme.MEANING_ROLES.items():
        assert f"--x-{meaning}:var(--x-{role})" in theme.css()


def test_every_role_has_a_rule_in_both_modes() -> None:
    css = theme.css()
    for role, (light, dark) in theme.ROLES.items():
        assert f"--x-{role}:{light}" in css
        assert f"--x-{role}:{dark}" in css
        assert f".f-{role}{{fill:var(--x-{role})}}" in css
        assert f".s-{role}{{stroke:var(--x-{role})}}" in css


def test_roles_have_colours_of_their_own() -> None:
    """The SVG writer finds the role by the colour."""
    light = [pair[0] for pair in theme.ROLES.values()]
    assert len(set(light)) == len(light)
    assert theme.ON_TINT not in light


def test_settings_are_known_to_matplotlib() -> None:
    assert set(theme.RC) <= set(mpl.rcParams)


def test_faces_are_shipped_with_their_licences() -> None:
    names = {path.name for path in theme.FONT_FOLDER.iterdir()}
    assert {"OFL-NotoSansSC.txt", "OFL-SourceSans3.txt"} <= names
    for face in ("SourceSans3", "NotoSansSC"):
        for weight in ("Regular", "Bold"):
            path = theme.FONT_FOLDER / f"{face}-{weight}.ttf"
            assert path.stat().st_size < 3_000_000
