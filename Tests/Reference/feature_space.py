#!/usr/bin/env python3
"""Computes the expected numbers of FeaturesTests with numpy, straight from the formulae of docs/feature-space.md.

Independent of the Swift code on purpose: vectorized over whole arrays, two-pass moments, numpy.linalg.eigh.
Run it and compare with the constants in Tests/FeaturesTests/ReferenceNumbers.swift.
"""
import numpy as np

NAMES = ["danceability", "energy", "loudness", "speechiness", "acousticness", "instrumentalness", "liveness",
         "valence", "tempo", "duration_ms", "key", "mode", "time_signature"]
N = np.nan
# artist id, artist name, year, then NAMES
TRACKS = [
    (1, "Alpha", 1984, .70, .80, -5.0, .05, .10, .00, .12, .90, 120.0, 210000, 0, 1, 4),
    (1, "Alpha", 1986, .60, .75, -6.5, .04, .20, .01, .30, .70, 118.0, 240000, 7, 1, 4),
    (2, "Beta feat. Alpha", 2015, .40, .30, -14.0, .03, .85, .60, .10, .25, 82.0, 185000, 9, 0, 3),
    (2, "Beta", 2016, .45, N, -12.0, .03, .80, .70, .09, .30, 88.0, 200000, N, N, N),
    (3, "Gamma & Delta", 1999, .85, .95, 1.5, .35, .01, .00, .95, .60, 250.0, 20000, 6, 0, 4),
    (4, "Epsilon", 0, N, N, N, N, N, N, N, N, 100.0, 180000, N, N, N),
]


def raw(row):
    d, e, l, s, a, i, li, v, t, du, k, m, ts = np.array(row[3:], dtype=np.float64)
    # Features are stored as 32-bit numbers.
    d, e, l, s, a, i, li, v, t, du = [np.float64(np.float32(x)) for x in (d, e, l, s, a, i, li, v, t, du)]
    angle = 2 * np.pi * ((7 * k) % 12) / 12
    return [d, e, np.clip(l, -40, 0), np.log(np.clip(s, .02, 1)), np.log((a + .005) / (1.005 - a)), np.log(i + 1e-4),
            np.log(np.clip(li, .02, 1)), v, np.log(np.clip(t, 50, 220)), np.log(np.clip(du, 3e4, 1.2e6)),
            .5 * np.cos(angle), .5 * np.sin(angle), .5 * m, N if np.isnan(ts) else .5 * (ts == 4)]


def unit(x):
    n = np.linalg.norm(x)
    return x / n if n > 0 else x


def block(x, mean, sd):
    scale = np.where(np.arange(14) < 10, 1 / sd, 1)
    z = (x - mean) * scale
    importance = (sd * scale) ** 2
    if np.isnan(z).all() or importance[~np.isnan(z)].sum() < .5 * importance.sum():
        return None
    return unit(np.nan_to_num(z))


def normalized(name):
    for mark in (" feat.", " ft.", " featuring "):
        name = name.split(mark)[0]
    return "".join(c for c in name.lower().replace("&", "and") if c.isalnum())


def identity(name):
    h = 0xcbf29ce484222325
    for byte in ("artist:" + normalized(name)).encode():
        h = ((h ^ byte) * 0x100000001b3) % 2**64
    h = ((h ^ h >> 30) * 0xbf58476d1ce4e5b9) % 2**64
    h = ((h ^ h >> 27) * 0x94d049bb133111eb) % 2**64
    h ^= h >> 31
    return np.array([.25 if h >> b & 1 else -.25 for b in range(16)])


def vector(index, X, mean, sd):
    artist, name, year = TRACKS[index][:3]
    rows = X[[t[0] == artist for t in TRACKS]]
    with np.errstate(all="ignore"):
        artist_mean = np.array([c[~np.isnan(c)].mean() if (~np.isnan(c)).any() else N for c in rows.T])
    c = np.linspace(1955, 2022, 8)
    parts = [(.25, 14, block(X[index], mean, sd)),
             (.45, 14, block(artist_mean.astype(np.float32).astype(np.float64), mean, sd)),
             (.2, 8, unit(np.exp(-((year - c) / 4) ** 2 / 2)) if year else None),
             (.1, 16, identity(name))]
    return unit(np.concatenate([np.zeros(n) if p is None else np.sqrt(w) * p for w, n, p in parts]))


def show(name, values):
    print(f"static let {name}: [Double] = [")
    for i in range(0, len(values), 7):
        print("    " + ", ".join(f"{v:.7f}" for v in values[i:i + 7]) + ",")
    print("]")


X = np.array([raw(t) for t in TRACKS])
mean, sd = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
show("rawColumns", X[2])
show("means", mean)
show("deviations", sd)
for i, name in enumerate(["first", "second", "third", "fourth", "fifth", "sixth"]):
    show(name, vector(i, X, mean, sd))

# Structure: 120 analysed tracks, statistic j of track i is sin(i (j + 1)) (j + 1) + cos(i).
i, j = np.arange(120)[:, None], np.arange(24)[None, :]
S = (np.sin(i * (j + 1)) * (j + 1) + np.cos(i)).astype(np.float32).astype(np.float64)
for count in (120, 50):
    M = S[:count]
    if count < 100:
        P = np.diag(1 / M.std(axis=0))
    else:
        W = np.cov(M.T, bias=True)
        W = W + .05 * np.trace(W) / 24 * np.eye(24)
        lam, V = np.linalg.eigh(W)
        P = V @ np.diag(lam ** -.5) @ V.T
    show(f"structure{count}", unit(P @ (M[3] - M.mean(axis=0))))

# Learned: 48 tracks by 12 artists on 40 playlists, all by formula; the whole recipe in dense double precision.
MASK = 2**64 - 1


def fnv(text):
    h = 0xcbf29ce484222325
    for byte in text.encode():
        h = ((h ^ byte) * 0x100000001b3) & MASK
    return h


def mixed(h):
    h = ((h ^ h >> 30) * 0xbf58476d1ce4e5b9) & MASK
    h = ((h ^ h >> 27) * 0x94d049bb133111eb) & MASK
    return h ^ h >> 31


def normals(seed, count):
    """xoshiro256** seeded by SplitMix64, then Box and Muller."""
    s = []
    for step in range(1, 5):
        s.append(mixed((seed + step * 0x9e3779b97f4a7c15) & MASK))

    def rotated(x, k):
        return (x << k | x >> 64 - k) & MASK

    def uniform():
        result = rotated(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotated(s[3], 45)
        return (result >> 11) * 2.0**-53
    return [np.sqrt(-2 * np.log(1 - uniform())) * np.cos(2 * np.pi * uniform()) for _ in range(count)]


def als(lists, names, f):
    items = sorted({i for l in lists for i in l})
    Y = np.array([[.1 * n for n in normals(mixed(fnv(names[i]) ^ mixed(1)), f)] for i in items])
    place = {i: r for r, i in enumerate(items)}
    P = np.zeros((len(lists), len(items)))
    for p, l in enumerate(lists):
        P[p, [place[i] for i in l]] = 1
    lengths = P.sum(axis=1)
    C = np.where(P > 0, 5 * (np.median(lengths) / lengths[:, None]) ** .25, 1)
    for _ in range(10):
        X = np.array([np.linalg.solve((Y.T * c) @ Y + .5 * np.eye(f), (Y.T * c) @ p) for c, p in zip(C, P)])
        Y = np.array([np.linalg.solve((X.T * c) @ X + .5 * np.eye(f), (X.T * c) @ p) for c, p in zip(C.T, P.T)])
    return {i: Y[r] for i, r in place.items()}


def part(x):
    return x - np.floor(x)


FEATURES = [[.1 + .8 * part(.37 * i), .1 + .8 * part(.53 * i), -30 + 25 * part(.71 * i), .03 + .3 * part(.29 * i),
             part(.83 * i), part(.19 * i), .05 + .9 * part(.61 * i), part(.43 * i), 70 + 100 * part(.97 * i),
             120000 + 1000 * (i * 67 % 200), i * 5 % 12, i % 2, 4 if i % 3 else 3] for i in range(48)]
artist_of = [i // 4 for i in range(48)]
lists = [[(p * 5 + q * 7) % 48 for q in range(5 + p % 8)] for p in range(40)]
L = np.array([raw([0, "", 0] + row) for row in FEATURES])
Z = (L - L.mean(axis=0)) * np.where(np.arange(14) < 10, 1 / L.std(axis=0), 1)
Wn = np.mean([np.cov(Z[l].T) for l in lists], axis=0)
W = (40 * Wn + 100 * np.cov(Z.T, bias=True)) / 140
W = W + .05 * np.trace(W) / 14 * np.eye(14)
B = np.cov(np.array([Z[l].mean(axis=0) for l in lists]).T) - np.mean([1 / len(l) for l in lists]) * Wn
lam, V = np.linalg.eigh(W)
root = V @ np.diag(lam ** -.5) @ V.T
M = root @ B @ root
lam, V = np.linalg.eigh((40 * M + 100 * max(np.trace(M) / 14, 1e-6) * np.eye(14)) / 140)
V = V * np.sign(V[np.abs(V).argmax(axis=0), np.arange(14)])
LDA = Z @ root @ V @ np.diag(np.maximum(lam, 1e-6) ** .25)
T = als(lists, {i: f"band{artist_of[i]}|song{i}" for i in range(48)}, 10)
A = als([sorted({artist_of[i] for i in l}) for l in lists], {a: f"artist:band{a}" for a in range(12)}, 5)
for i in (7, 30):
    a = artist_of[i]
    rows = [r for r in range(48) if artist_of[r] == a]
    year = np.exp(-((1965 + i - np.linspace(1955, 2022, 8)) / 4) ** 2 / 2)
    parts = [(.40, T[i]), (.26, A[a]), (.065, LDA[i]), (.16, LDA[rows].mean(axis=0)), (.08, year),
             (.035, identity(f"band {a}"))]
    show(f"learned{i}", np.concatenate([np.sqrt(w) * unit(x) for w, x in parts] + [[0]]))
    # Without year and audio: the content that is left has its share of .60 to the power of a half.
    left = .26 + .16 + .035
    content = .6 * (left / .6) ** .5
    zeros = [np.zeros(14), np.zeros(8)]
    holed = [np.sqrt(.4) * unit(T[i]), np.sqrt(.26 / left * content) * unit(A[a]), zeros[0],
             np.sqrt(.16 / left * content) * unit(LDA[rows].mean(axis=0)), zeros[1],
             np.sqrt(.035 / left * content) * identity(f"band {a}"), [np.sqrt(.6 - content)]]
    show(f"holed{i}", np.concatenate(holed))
