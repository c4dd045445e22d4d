"""How loud things are: volumes, fades, music under speech, and the whole."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from sounds import RATE, cue, level, read, render, speech, tone, write

from storyboard.assembly.loudness import LoudnessMeter
from storyboard.assembly.sound_file import decoded, write_sound
from storyboard.assembly.soundtrack import Soundtrack, render_soundtrack

if TYPE_CHECKING:
    from pathlib import Path

    from sounds import Sound

TONE = -9.03  # dBFS RMS of a cosine of 0.5


@pytest.fixture(scope="module")
def humming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("levels") / "tone.wav", tone(12))


@pytest.fixture(scope="module")
def hissing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another sound, that is told from the tone: the tone's level is measured without it."""
    return write(tmp_path_factory.mktemp("levels") / "speech.wav", speech(8, level=0.1))


def loudness(sound: Sound) -> tuple[float, float]:
    """Integrated loudness and true peak of a whole sound."""
    meter = LoudnessMeter(RATE)
    for begin in range(0, len(sound), RATE):
        meter.hear(sound[begin : begin + RATE])
    return meter.measured()


def tone_level(sound: Sound, begin: float, end: float) -> float:
    """The level of a tone of 440 Hz in dBFS RMS, whatever else there is."""
    part = sound[round(begin * RATE) : round(end * RATE), 0].astype(np.float64)
    angles = 2j * np.pi * 440 * np.arange(len(part)) / RATE
    return float(20 * np.log10(np.abs(np.mean(part * np.exp(-angles))) * np.sqrt(2)))


@pytest.mark.parametrize("volume", [-24.0, -6.0, 0.0, 3.0])
def test_volume_is_in_decibels(humming: Path, tmp_path: Path, volume: float) -> None:
    sound, _ = render(tmp_path / "out.wav", 1, cue(humming, volume=volume))
    assert level(sound, 0.1, 0.9) == pytest.approx(TONE + volume, abs=0.01)


def test_fades_are_straight_lines(humming: Path, tmp_path: Path) -> None:
    sound, _ = render(tmp_path / "out.wav", 6, cue(humming, at=1, length=4, fade_in=2, fade_out=1))
    for middle, share in ((1.5, 0.25), (2, 0.5), (2.5, 0.75), (3.5, 1), (4.25, 0.75), (4.75, 0.25)):
        assert level(sound, middle - 0.02, middle + 0.02) == pytest.approx(TONE + 20 * np.log10(share), abs=0.1)


def test_a_crossfade_of_a_sound_that_goes_on_keeps_its_level_sample_by_sample(humming: Path, tmp_path: Path) -> None:
    first, second = cue(humming, length=3, fade_out=1), cue(humming, at=2, start=2, length=3, fade_in=1)
    sound, _ = render(tmp_path / "out.wav", 5, first, second)
    inside = slice(RATE // 100, -RATE // 100)
    np.testing.assert_allclose(sound[inside], read(humming)[: 5 * RATE][inside], atol=2e-6)


def test_music_is_lowered_by_12_db_under_speech_and_comes_back(humming: Path, hissing: Path, tmp_path: Path) -> None:
    music = cue(humming, length=12, role="music", volume=-6)
    sound, _ = render(tmp_path / "out.wav", 12, music, cue(hissing, at=3, length=4, role="narration"))
    full = TONE - 6
    assert tone_level(sound, 0.5, 2.7) == pytest.approx(full, abs=0.1)
    assert tone_level(sound, 3, 3.5) == pytest.approx(full - 12, abs=0.5)
    assert tone_level(sound, 3.5, 6.9) == pytest.approx(full - 12, abs=0.2)
    assert full - 12 < tone_level(sound, 7.5, 7.6) < full
    assert tone_level(sound, 8.2, 11.9) == pytest.approx(full, abs=0.1)


@pytest.mark.parametrize("volume", [-10, -18, -24])
def test_a_narration_that_was_recorded_quietly_lowers_music_as_a_loud_one_does(
    humming: Path, hissing: Path, tmp_path: Path, volume: float
) -> None:
    music = cue(humming, length=9, role="music")
    sound, _ = render(tmp_path / "out.wav", 9, music, cue(hissing, at=2, length=4, role="narration", volume=volume))
    assert tone_level(sound, 0.5, 1.8) == pytest.approx(TONE, abs=0.1)
    assert tone_level(sound, 2.1, 5.9) == pytest.approx(TONE - 12, abs=0.2)
    assert tone_level(sound, 7.2, 8.9) == pytest.approx(TONE, abs=0.1)


def test_music_is_lowered_under_a_clip_that_speaks_and_not_under_one_that_is_quiet(
    humming: Path, hissing: Path, tmp_path: Path
) -> None:
    clips = cue(hissing, length=4), cue(hissing, at=5, length=3, volume=-30)
    sound, _ = render(tmp_path / "out.wav", 9, cue(humming, length=9, role="music"), *clips)
    assert tone_level(sound, 0.5, 3.9) == pytest.approx(TONE - 12, abs=0.2)
    assert tone_level(sound, 5, 9) == pytest.approx(TONE, abs=0.1)


def test_true_peaks_of_what_was_encoded_are_held_as_well(tmp_path: Path) -> None:
    time, rng = np.arange(10 * RATE) / RATE, np.random.default_rng(5)

    def noise() -> Any:
        spectrum = np.fft.rfft(rng.standard_normal(len(time)))
        spectrum[16_000 * 10 :] = 0  # hertz
        return np.fft.irfft(spectrum)

    def hit() -> Any:
        drum = np.sin(2 * np.pi * 55 * time) * np.exp(-(time % 0.5) * 12) + 0.8 * noise() * np.exp(-(time % 0.5) * 60)
        return 0.3 * (drum + 0.5 * noise() * np.exp(-((time + 0.1) % 0.25) * 120))

    drums = np.stack([hit(), hit()], axis=1).astype(np.float32)
    source, target = write(tmp_path / "drums.wav", drums), tmp_path / "film.m4a"
    facts = render_soundtrack(Soundtrack(Fraction(10), (cue(source, length=10),)), target)
    heard = LoudnessMeter(RATE)
    with av.open(str(target)) as container:
        for frame in container.decode(audio=0):
            heard.hear(np.ascontiguousarray(frame.to_ndarray().T, np.float32))
    assert heard.measured()[1] == pytest.approx(facts.true_peak_after, abs=0.05)
    assert facts.true_peak_after <= -1
    assert facts.limited


@pytest.mark.parametrize("volume", [12, 40, 90])
def test_a_mix_that_is_louder_than_full_scale_comes_out_as_loud_as_it_should(
    humming: Path, tmp_path: Path, volume: float
) -> None:
    _, facts = render(tmp_path / "out.wav", 4, cue(humming, length=4, volume=volume), loudness=-16)
    assert facts.loudness_after == pytest.approx(-16, abs=0.1)


def test_music_that_is_not_to_be_ducked_is_left_alone(humming: Path, hissing: Path, tmp_path: Path) -> None:
    music = cue(humming, length=6, role="music", duck=False, volume=-12)
    sound, _ = render(tmp_path / "out.wav", 6, music, cue(hissing, at=2, length=3))
    assert tone_level(sound, 2, 5) == pytest.approx(TONE - 12, abs=0.2)


def test_music_does_not_duck_under_music(humming: Path, tmp_path: Path) -> None:
    both = [cue(humming, length=3, role="music", volume=-12, duck=duck) for duck in (True, False)]
    sound, _ = render(tmp_path / "out.wav", 3, *both)
    assert level(sound, 0.5, 2.5) == pytest.approx(TONE - 6, abs=0.1)


def test_music_does_not_pump_on_a_noise_at_the_threshold(humming: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = np.repeat((rng.standard_normal(8 * RATE) * 10 ** (-35 / 20))[:, None], 2, axis=1).astype(np.float32)
    source = write(tmp_path / "noise.wav", noise)
    sound, _ = render(tmp_path / "out.wav", 8, cue(humming, length=8, role="music"), cue(source, length=8))
    levels = [tone_level(sound, begin / 10, begin / 10 + 0.1) for begin in range(20, 79)]
    assert max(levels) - min(levels) < 0.5


@pytest.mark.parametrize("loud", [0.003, 0.03, 0.3])
def test_the_whole_comes_out_at_the_loudness_that_is_wanted(tmp_path: Path, loud: float) -> None:
    source = write(tmp_path / "in.wav", speech(12, level=loud))
    sound, facts = render(tmp_path / "out.m4a", 12, cue(source, length=12), loudness=-16, codec="aac")
    measured, peak = loudness(sound)
    assert measured == pytest.approx(-16, abs=0.5)
    assert peak <= -1
    assert facts.loudness_after == pytest.approx(measured, abs=0.3)
    assert facts.true_peak_after <= -1.4
    assert facts.loudness_before == pytest.approx(loudness(read(source))[0], abs=0.2)


def test_another_loudness_can_be_asked_for(hissing: Path, tmp_path: Path) -> None:
    sound, facts = render(tmp_path / "out.wav", 8, cue(hissing, length=8), loudness=-23)
    assert loudness(sound)[0] == pytest.approx(-23, abs=0.1)
    assert not facts.limited
    assert facts.loudness_before + facts.gain == pytest.approx(-23)


def test_a_sound_with_high_peaks_comes_out_as_loud_with_its_peaks_held_down(tmp_path: Path) -> None:
    peaky = speech(10, level=0.02)
    peaky[RATE // 2 :: RATE] = 0.9
    source = write(tmp_path / "in.wav", peaky)
    sound, facts = render(tmp_path / "out.wav", 10, cue(source, length=10), loudness=-16)
    measured, peak = loudness(sound)
    assert facts.limited
    assert measured == pytest.approx(-16, abs=0.3)
    assert peak <= -1.3


def test_sound_that_is_almost_silent_is_not_made_loud(tmp_path: Path) -> None:
    source = write(tmp_path / "in.wav", speech(4, level=0.0003))
    sound, facts = render(tmp_path / "out.wav", 4, cue(source, length=4), loudness=-16)
    assert facts.gain == 0
    np.testing.assert_array_equal(sound[RATE:-RATE], read(source)[RATE:-RATE])


def test_a_mix_that_is_too_loud_never_clips_where_its_loudness_is_left_alone(humming: Path, tmp_path: Path) -> None:
    sound, facts = render(tmp_path / "out.wav", 3, *[cue(humming, length=3) for _ in range(4)])
    assert facts.limited
    assert facts.true_peak_before == pytest.approx(6, abs=0.1)
    assert np.abs(sound).max() <= 10 ** (-1.5 / 20)
    assert loudness(sound)[1] <= -1.3
    steady = sound[RATE : 2 * RATE, 0] / tone(12)[RATE : 2 * RATE, 0].max()
    assert np.abs(np.fft.rfft(steady))[600:].max() < 0.005 * np.abs(np.fft.rfft(steady))[440]  # no distortion


def test_silence_is_told_as_such(tmp_path: Path) -> None:
    source = write(tmp_path / "in.wav", np.zeros((2 * RATE, 2), np.float32))
    sound, facts = render(tmp_path / "out.wav", 2, cue(source, length=2), loudness=-16)
    assert not sound.any()
    assert (facts.loudness_after, facts.true_peak_after, facts.gain) == (-inf, -inf, 0)


def test_what_the_sides_have_each_for_itself_is_kept_up_to_the_highest_notes(tmp_path: Path) -> None:
    """An encoder that saves on it writes one side's high notes, and how loud they are on the other."""
    moments = np.arange(4 * RATE) / RATE
    sides = [
        sum(
            0.03 * np.exp(-6 * ((4 * moments + 0.13 * number) % 1)) * np.sin(2 * np.pi * note * moments)
            for number, note in enumerate(range(first, 15_000, 700))
        )
        for first in (400, 570)
    ]
    sound = np.stack(sides, axis=1).astype(np.float32)
    write_sound([sound], tmp_path / "out.m4a", codec="aac", bitrate=192_000, rate=RATE)
    heard = np.concatenate(list(decoded(tmp_path / "out.m4a", RATE)))[: len(sound)]
    wide, lost = (each[:, 0] - each[:, 1] for each in (sound, sound - heard))
    high = slice(6_000 * 4, 16_000 * 4)  # a quarter of a hertz each
    ratio = np.square(np.abs(np.fft.rfft(wide)[high])).sum() / np.square(np.abs(np.fft.rfft(lost)[high])).sum()
    assert 10 * np.log10(ratio) > 15


def test_a_quiet_narration_lowers_music_also_after_a_loud_one(humming: Path, hissing: Path, tmp_path: Path) -> None:
    music = cue(humming, length=14, role="music")
    loud, quiet = (
        cue(hissing, at=at, length=3, role="narration", volume=volume) for at, volume in ((1, 0), (9, -24))
    )
    sound, _ = render(tmp_path / "out.wav", 14, music, loud, quiet)
    assert tone_level(sound, 9.1, 11.9) == pytest.approx(TONE - 12, abs=0.2)


def test_music_in_a_part_of_a_film_is_lowered_as_in_the_whole(humming: Path, hissing: Path, tmp_path: Path) -> None:
    """The part begins after the loud beginning of a narration that then goes on quietly."""
    spoken = tmp_path / "spoken.wav"
    whole = read(hissing)[: 3 * RATE]
    write(spoken, np.concatenate((whole, np.zeros_like(whole[:RATE]), whole / 30)))
    cues = cue(humming, length=14, role="music"), cue(spoken, at=1, length=7, role="narration")
    sound, _ = render(tmp_path / "whole.wav", 14, *cues)
    part = Soundtrack(Fraction(3), cues, None, begins=Fraction(9, 2) + 1)
    render_soundtrack(part, tmp_path / "part.wav", codec="pcm_f32le")
    begin, edge = round(5.5 * RATE), RATE // 100  # a part begins and ends softly
    heard = read(tmp_path / "part.wav")[edge:-edge]
    np.testing.assert_allclose(heard, sound[begin + edge : begin + 3 * RATE - edge], atol=1e-4)


@pytest.mark.parametrize("seed", [1, 2])
def test_true_peaks_of_the_loudest_noise_are_held_as_well(tmp_path: Path, seed: int) -> None:
    noise = np.random.default_rng(seed).standard_normal((20 * RATE, 2)) * 0.3
    hot = write(tmp_path / "hot.wav", noise.astype(np.float32))
    _, facts = render(tmp_path / "out.m4a", 20, cue(hot, length=20), codec="aac")
    assert facts.true_peak_after <= -1
