"""H.264 as MP4 holds it: which parameter sets a stream goes by, and where a decoder can begin.

Facts are from ISO/IEC 14496-15 (the configuration record, 5.3.3.1) and ITU-T H.264 (7.3.2.1, 7.3.2.2: parameter sets;
7.4.1.2.4: the first picture of a coded sequence is an IDR picture).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDR = 5
_SPS = 7
_PPS = 8


class AvcError(ValueError):
    """A stream's configuration record is not as the standard has it."""


@dataclass(frozen=True)
class ParameterSets:
    """What the packets of a stream are decoded by.

    Attributes:
        sps: Sequence parameter sets, by their number.
        pps: Picture parameter sets, by their number.
        length_bytes: How many bytes the length before each unit of a packet has.
        head: Profile, constraints and level.
        tail: What a record of a high profile ends with; empty where it has none.
    """

    sps: tuple[tuple[int, bytes], ...]
    pps: tuple[tuple[int, bytes], ...]
    length_bytes: int
    head: bytes
    tail: bytes

    def clashes_with(self, other: ParameterSets) -> bool:
        """Whether one number means one thing here and another there, so that both cannot be in one stream."""
        return any(
            theirs.get(number, data) != data
            for mine, theirs in ((self.sps, dict(other.sps)), (self.pps, dict(other.pps)))
            for number, data in mine
        )

    def with_those_of(self, other: ParameterSets) -> ParameterSets:
        """The sets of both; those that are in both once.

        Raises:
            AvcError: They clash.
        """
        if self.clashes_with(other):
            raise AvcError("two parameter sets of one number differ")
        return ParameterSets(
            tuple(sorted(dict(self.sps + other.sps).items())),
            tuple(sorted(dict(self.pps + other.pps).items())),
            self.length_bytes,
            _head_for_both(self.head, other.head),
            self.tail or other.tail,
        )

    def numbers(self) -> set[int]:
        """The numbers that are taken."""
        return {number for number, _ in self.sps + self.pps}

    def record(self) -> bytes:
        """The configuration record, as an MP4 file's sample description has it."""
        units = bytearray([1, *self.head, 0xFC | (self.length_bytes - 1), 0xE0 | len(self.sps)])
        for _, data in self.sps:
            units += len(data).to_bytes(2) + data
        units.append(len(self.pps))
        for _, data in self.pps:
            units += len(data).to_bytes(2) + data
        return bytes(units) + self.tail


def _head_for_both(one: bytes, other: bytes) -> bytes:
    """A profile that both streams conform to, the constraints that both keep, and the higher level.

    Of the profiles that are met, each has all that those of lower numbers have (ISO/IEC 14496-15, 5.3.3.1.2).
    """
    return bytes((max(one[0], other[0]), one[1] & other[1], max(one[2], other[2])))


def parameter_sets(record: bytes) -> ParameterSets:
    """Read a configuration record.

    Raises:
        AvcError: It is none, or is cut off.
    """
    if len(record) < 7 or record[0] != 1:
        raise AvcError("this is no configuration record of H.264 in MP4")
    found: list[list[tuple[int, bytes]]] = [[], []]
    place = 5
    for kind, mask in ((0, 0x1F), (1, 0xFF)):
        count = record[place] & mask
        place += 1
        for _ in range(count):
            size = int.from_bytes(record[place : place + 2])
            data = record[place + 2 : place + 2 + size]
            if len(data) != size or not size or data[0] & 0x1F != (_SPS, _PPS)[kind]:
                raise AvcError("a parameter set is cut off")
            found[kind].append((_number(data, 4 if kind == 0 else 1), data))
            place += 2 + size
    return ParameterSets(
        tuple(sorted(found[0])), tuple(sorted(found[1])), (record[4] & 3) + 1, record[1:4], record[place:]
    )


def _number(unit: bytes, skipped: int) -> int:
    """The number of a set: an Exp-Golomb code (H.264, 9.1) after the unit's header and an SPS's three bytes."""
    bits = "".join(f"{byte:08b}" for byte in unit[skipped : skipped + 8])
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "1", 2) - 1


def units(packet: bytes, length_bytes: int) -> Iterator[bytes]:
    """The units of a packet, each a header and what it is of."""
    place = 0
    while place + length_bytes < len(packet):
        begins = place + length_bytes
        place = begins + int.from_bytes(packet[place:begins])
        if place > begins:
            yield packet[begins:place]


def is_idr(unit: bytes) -> bool:
    """Whether it is of an IDR picture: nothing after it in the stream refers to anything before it."""
    return unit[0] & 0x1F == _IDR


def is_parameter_set(unit: bytes) -> bool:
    """Whether it says how others are decoded (H.264, table 7-1)."""
    return unit[0] & 0x1F in {_SPS, _PPS}
