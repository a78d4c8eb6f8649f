"""The same descriptors by librosa, on librosa's own defaults: what `segue-analyze` is compared with."""

import librosa
import numpy as np

RATE, LENGTH, HOP = 22_050, 2_048, 512
MAJOR = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88]
MINOR = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]


def statistic(values):
    """Mean and population deviation over frames."""
    values = np.asarray(values, dtype=np.float64)
    return values.mean(axis=-1), values.std(axis=-1)


def key(chroma):
    """The best of 24 Krumhansl-Kessler profiles: (pitch class, 1 for major)."""
    fits = [
        (np.corrcoef(np.roll(profile, tonic), chroma)[0, 1], tonic, mode)
        for tonic in range(12)
        for mode, profile in ((1, MAJOR), (0, MINOR))
    ]
    return max(fits)[1:]


def key_by_constant_q(path):
    """The key by another chroma, of a constant-Q transform: a reference for keys alone."""
    signal, _ = librosa.load(path, sr=RATE, mono=True)
    return key(statistic(librosa.feature.chroma_cqt(y=signal, sr=RATE))[0])


def describe(path):
    """Decodes a file and computes everything that `segue-analyze` computes and librosa knows."""
    signal, _ = librosa.load(path, sr=RATE, mono=True)
    magnitudes = np.abs(librosa.stft(signal, n_fft=LENGTH, hop_length=HOP))
    power = magnitudes**2
    mel = librosa.feature.melspectrogram(S=power, sr=RATE)
    decibels = librosa.power_to_db(mel)
    mfcc = librosa.feature.mfcc(S=decibels)
    onsets = librosa.onset.onset_strength(S=decibels, sr=RATE)
    chroma = librosa.feature.chroma_stft(S=power, sr=RATE)
    harmonic, percussive = librosa.decompose.hpss(magnitudes)
    _, beats = librosa.beat.beat_track(onset_envelope=onsets, sr=RATE)
    return {
        "duration": len(signal) / RATE,
        "rms": statistic(librosa.feature.rms(y=signal)[0]),
        "zero_crossings": statistic(librosa.feature.zero_crossing_rate(signal)[0]),
        "centroid": statistic(librosa.feature.spectral_centroid(S=magnitudes, sr=RATE)[0]),
        "spread": statistic(librosa.feature.spectral_bandwidth(S=magnitudes, sr=RATE)[0]),
        "rolloff": statistic(librosa.feature.spectral_rolloff(S=magnitudes, sr=RATE)[0]),
        "flatness": statistic(librosa.feature.spectral_flatness(S=magnitudes)[0]),
        "flux": statistic(onsets),
        "contrast": statistic(librosa.feature.spectral_contrast(S=magnitudes, sr=RATE)),
        "mfcc": statistic(mfcc),
        "mfcc_delta": statistic(librosa.feature.delta(mfcc))[1],
        "chroma": statistic(chroma),
        "harmonic_ratio": 10 * np.log10((harmonic**2).sum() / max((percussive**2).sum(), 1e-12)),
        "tempo": float(librosa.feature.tempo(onset_envelope=onsets, sr=RATE)[0]),
        "key": key(statistic(chroma)[0]),
        "onset_rate": len(librosa.onset.onset_detect(onset_envelope=onsets, sr=RATE)) / len(signal) * RATE,
        "beats": len(beats),
    }
