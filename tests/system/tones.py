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


def read_channel(path, channel=0, start=0):
    """The samples of one channel of a WAV file (s16, two channels) from a byte on; its header may be incomplete yet."""
    with open(path, "rb") as file:
        file.seek(max(44, start - start % 4))
        data = file.read()
    samples = array.array("h", data[:len(data) // 4 * 4])
    return samples[channel::2]


def trimmed(samples):
    """Without the silence before the first and behind the last sample that isn't 0."""
    first = next((n for n, sample in enumerate(samples) if sample), len(samples))
    last = next((n for n in range(len(samples), first, -1) if samples[n - 1]), first)
    return samples[first:last]


class Heard:
    """What a tone is in each window: .levels (of full scale), .phases (radians).  After steady() also .lost, frames."""

    def __init__(self, samples, frequency):
        angles = [2 * math.pi * frequency * n / RATE for n in range(WINDOW)]
        cosine, sine = [math.cos(a) for a in angles], [math.sin(a) for a in angles]
        self.frame = angles[1]          # what one frame turns the phase by
        self.lost = 0
        self.levels, self.phases = [], []
        for at in range(0, len(samples) - WINDOW + 1, WINDOW):
            window = samples[at:at + WINDOW]
            found = complex(sum(map(operator.mul, window, sine)), sum(map(operator.mul, window, cosine)))
            self.levels.append(abs(found) * 2 / WINDOW / FULL)
            self.phases.append(cmath.phase(found))

    def steady(self, level, disturbed=0, tolerance=0.02, turn=0.05):
        """(first, one behind the last) of the windows in which it has that level.

        From one window to the next nothing may turn the phase but a single lost frame, which is counted.  So many windows may be
        disturbed by what else begins or ends there.  Raises AssertionError that says what is wrong where.
        """
        at_level = [n for n, found in enumerate(self.levels) if abs(found / level - 1) < tolerance]
        assert at_level, f"the tone is nowhere: loudest {max(self.levels, default=0):.4f}, expected {level}"
        first, last = at_level[0], at_level[-1]
        wrong = []
        turned, before = 0, self.phases[first]
        for n in range(first, last + 1):
            step = math.remainder(self.phases[n] - before, 2 * math.pi)
            if abs(self.levels[n] / level - 1) >= tolerance or not -turn < step < self.frame + turn:
                wrong.append(f"{n / 100:.2f} s: level {self.levels[n]:.4f}, turned by {step:.3f}")
                continue
            turned, before = turned + step, self.phases[n]
        assert len(wrong) <= disturbed, f"from {first / 100:.2f} s to {last / 100:.2f} s: {wrong[:10]}"
        self.lost = round(turned / self.frame)
        assert abs(turned - self.lost * self.frame) < turn, f"the phase ran by {turned:.3f}"
        return first, last + 1
