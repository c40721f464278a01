# SPDX-License-Identifier: Apache-2.0
"""Tones in WAV files: made, and found again to the last sample.

Frequencies are multiples of 100 Hz, so 10 ms of each are whole waves: from one such window to the next a steady tone
has the same phase, and no other of these frequencies adds anything.  A sample that is lost or heard twice turns the phase
of all that follows, a gap lowers the level, another clock lets the phase run.
"""

import array
import cmath
import math
import operator
import wave

RATE = 48000
WINDOW = RATE // 100            # frames
FULL = 32768


def write_tone(path, frequency, seconds, level=0.25, channels=2):
    """A WAV file (s16) with a tone of `level` of full scale on each channel; returns its path."""
    one = [round(level * FULL * math.sin(2 * math.pi * frequency * n / RATE)) for n in range(WINDOW)]
    frames = array.array("h", [sample for sample in one for _ in range(channels)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes() * round(100 * seconds))
    return path


def read_channel(path, channel=0):
    """The samples of one channel of a WAV file (s16, two channels), also of one whose header was never completed."""
    data = open(path, "rb").read()[44:]
    samples = array.array("h", data[:len(data) // 4 * 4])
    return samples[channel::2]


def trimmed(samples):
    """Without the silence before the first and behind the last sample that isn't 0."""
    first = next((n for n, sample in enumerate(samples) if sample), len(samples))
    last = next((n for n in range(len(samples), first, -1) if samples[n - 1]), first)
    return samples[first:last]


class Heard:
    """What a tone is in each window: .levels (of full scale), .phases (radians)."""

    def __init__(self, samples, frequency):
        angles = [2 * math.pi * frequency * n / RATE for n in range(WINDOW)]
        cosine, sine = [math.cos(a) for a in angles], [math.sin(a) for a in angles]
        self.levels, self.phases = [], []
        for at in range(0, len(samples) - WINDOW + 1, WINDOW):
            window = samples[at:at + WINDOW]
            found = complex(sum(map(operator.mul, window, sine)), sum(map(operator.mul, window, cosine)))
            self.levels.append(abs(found) * 2 / WINDOW / FULL)
            self.phases.append(cmath.phase(found))

    def steady(self, level, tolerance=0.02, turn=0.05):
        """(first, one behind the last) of the windows in which it has that level; each has the phase of the first.

        Raises AssertionError that says which one has not.
        """
        at_level = [n for n, found in enumerate(self.levels) if abs(found / level - 1) < tolerance]
        assert at_level, f"the tone is nowhere: loudest {max(self.levels, default=0):.4f}, expected {level}"
        first, last = at_level[0], at_level[-1]
        for n in range(first, last + 1):
            assert abs(self.levels[n] / level - 1) < tolerance, \
                f"{n / 100:.2f} s: level {self.levels[n]:.4f} instead of {level} (from {first / 100:.2f} s to {last / 100:.2f} s)"
            turned = math.remainder(self.phases[n] - self.phases[first], 2 * math.pi)
            assert abs(turned) < turn, f"{n / 100:.2f} s: turned by {turned:.3f} since {first / 100:.2f} s"
        return first, last + 1
