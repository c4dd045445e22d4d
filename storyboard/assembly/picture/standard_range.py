"""Light of a high range (HDR) and wide colours brought down to what every screen shows: to BT.709.

Tone mapping is the EETF of ITU-R BT.2390-10, section 5.4.1, on the brightest of red, green and blue, so that no
colour changes its hue; from a peak of 1,000 cd/m² to a white of 203 cd/m² (the reference white of ITU-R BT.2408-7).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av.filter
import numpy as np

from storyboard.assembly.media import PQ
from storyboard.assembly.picture.colour_space import MATRIX_NAMES
from storyboard.assembly.picture.fit import ALONE

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from storyboard.assembly.media import Colour

    Light = NDArray[np.float64]

_PEAK, _WHITE = 1000.0, 203.0  # cd/m²
_TOE = 0.018
_BT2020 = 9  # as ISO/IEC 23091-2 numbers primaries
_POINTS = 33  # of the table, along each edge: what lies between is interpolated
_TO_709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
"""Linear BT.2020 to linear BT.709 (ITU-R BT.2407-0, section 2)."""
_P3_TO_709 = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])
"""Linear P3 with a white of D65 to linear BT.709: from the primaries of SMPTE EG 432-1 and ITU-R BT.709-6."""
_LUMA = np.array([0.2627, 0.6780, 0.0593])  # ITU-R BT.2100-2, table 4
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128  # SMPTE ST 2084
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073  # ITU-R BT.2100-2, table 5


class StandardRange:
    """Converts the decoded frames of a clip to 8 bits, 4:2:0, BT.709, in limited range.

    Args:
        stream: Where they are from.
        colour: How their numbers are meant.
        height: Of them, in pixels.
    """

    def __init__(self, stream: VideoStream, colour: Colour, height: int) -> None:
        graph = av.filter.Graph()
        graph.threads = ALONE
        self._entrance = graph.add_buffer(template=stream, time_base=stream.time_base)
        self._exit = graph.add("buffersink")
        from_full = "pc" if colour.full_range else "tv"
        matrix = "bt2020" if colour.high_range else MATRIX_NAMES.get(colour.matrix_for(height), "smpte170m")
        exactly = "flags=bicubic+accurate_rnd+full_chroma_int"
        with tempfile.TemporaryDirectory(prefix="storyboard-") as folder:
            table = Path(folder) / "range.cube"
            light = standard_light(colour.transfer) if colour.high_range else standard_gamut(colour.primaries)
            table.write_text(_as_cube(light))
            filters = (
                graph.add("scale", f"in_color_matrix={matrix}:in_range={from_full}:{exactly}"),
                graph.add("format", "gbrp12le"),
                graph.add("lut3d", file=str(table), interp="tetrahedral"),
                graph.add("scale", f"out_color_matrix=bt709:out_range=tv:{exactly}"),
                graph.add("format", "yuv420p"),
            )
            last = self._entrance
            for each in (*filters, self._exit):
                last.link_to(each)
                last = each
            graph.configure()
        self._graph = graph

    def converted(self, frame: VideoFrame) -> VideoFrame:
        """The same picture at the same moment, in standard range."""
        self._graph.vpush(frame)
        given: Any = self._graph.vpull()
        return given  # type: ignore[no-any-return]  # a filter for pictures


def standard_light(transfer: int) -> Light:
    """What every colour of a high range is in BT.709.

    Args:
        transfer: ``PQ`` or ``HLG``.

    Returns:
        Of shape (33, 33, 33, 3), blue first: coded BT.709, from 0 to 1, at even steps of coded BT.2020.
    """
    coded = _steps()
    light = np.minimum(_pq_light(coded) if transfer == PQ else _hlg_light(coded), _PEAK)
    brightest = light.max(axis=-1, keepdims=True)
    mapped = light * (_toned(brightest) / np.maximum(brightest, 1e-6))
    shown = np.clip(mapped @ _TO_709.T / _WHITE, 0.0, 1.0)
    coded_709: Light = shown ** (1 / 2.4)  # ITU-R BT.1886
    return coded_709


def standard_gamut(primaries: int) -> Light:
    """What every colour of wider primaries is in BT.709; what lies outside of that is brought to its edge.

    Args:
        primaries: As ISO/IEC 23091-2 numbers them.

    Returns:
        As ``standard_light``.
    """
    coded = _steps()
    # ITU-R BT.709-6, item 1.2, one way and the other, as other tools do it; BT.2020 has the same curve.
    light = np.where(coded < 4.5 * _TOE, coded / 4.5, ((coded + 0.099) / 1.099) ** (1 / 0.45))
    shown = np.clip(light @ (_TO_709 if primaries == _BT2020 else _P3_TO_709).T, 0.0, 1.0)
    coded_709: Light = np.where(shown < _TOE, 4.5 * shown, 1.099 * shown**0.45 - 0.099)
    return coded_709


def _steps() -> Light:
    steps = np.linspace(0.0, 1.0, _POINTS)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    coded: Light = np.stack([red, green, blue], axis=-1)
    return coded


def _toned(light: Light) -> Light:
    """Light of up to the peak, as light of up to white: the darker part stays, the brighter is drawn together."""
    peak = float(_pq_code(np.array(_PEAK)))
    most = float(_pq_code(np.array(_WHITE))) / peak
    knee = 1.5 * most - 0.5
    code = _pq_code(light) / peak
    way = np.clip((code - knee) / (1 - knee), 0.0, 1.0)
    bent = (
        (2 * way**3 - 3 * way**2 + 1) * knee
        + (way**3 - 2 * way**2 + way) * (1 - knee)
        + (-2 * way**3 + 3 * way**2) * most
    )
    return _pq_light(np.where(code < knee, code, bent) * peak)


def _pq_light(code: Light) -> Light:
    root = code ** (1 / _M2)
    light: Light = 10_000 * (np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1)
    return light


def _pq_code(light: Light) -> Light:
    power = (light / 10_000) ** _M1
    code: Light = ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2
    return code


def _hlg_light(code: Light) -> Light:
    """As a screen of 1,000 cd/m² shows it, whose system gamma is 1.2."""
    scene = np.where(code <= 0.5, code**2 / 3, (np.exp((code - _C) / _A) + _B) / 12)
    light: Light = _PEAK * scene * (scene @ _LUMA)[..., None] ** 0.2
    return light


def _as_cube(table: Light) -> str:
    """In the format of Adobe's Cube LUT Specification 1.0: red changes first."""
    rows = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in table.reshape(-1, 3))
    return f"LUT_3D_SIZE {_POINTS}\n{rows}\n"
