"""Implicit-feedback matrix factorization twice: an exact loop, and the package `implicit`."""
from __future__ import annotations

import numpy as np
import scipy.sparse as sp

CONFIDENCE, DISCOUNT, REGULARIZATION, SWEEPS = 5.0, 0.25, 0.5, 10
BATCH = 2_000_000


def confidences(lists: sp.csr_matrix) -> sp.csr_matrix:
    """Each entry's confidence: longer lists say less with each."""
    lengths = np.diff(lists.indptr)
    median = np.median(lengths[lengths > 0])
    result = lists.astype(np.float64)
    result.data = np.repeat(CONFIDENCE * (median / np.maximum(lengths, 1)) ** DISCOUNT, lengths)
    return result


def exact(weights: sp.csr_matrix, factors: int, seed: int, sweeps: int = SWEEPS) -> tuple[np.ndarray, np.ndarray]:
    """Rows' and columns' factors by alternating least squares, each row solved exactly."""
    random = np.random.default_rng(seed)
    columns = random.normal(0, 0.1, (weights.shape[1], factors))
    transposed = weights.T.tocsr()
    for _ in range(sweeps):
        rows = _solve(weights, columns)
        columns = _solve(transposed, rows)
    return rows, columns


def by_package(weights: sp.csr_matrix, factors: int, seed: int, sweeps: int = SWEEPS,
               threads: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The same by `implicit`, without its conjugate gradients."""
    from implicit.cpu.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=factors, regularization=REGULARIZATION, alpha=1.0, iterations=sweeps,
                                    use_cg=False, num_threads=threads, random_state=seed, dtype=np.float32)
    model.fit(weights.astype(np.float32), show_progress=False)
    return model.user_factors, model.item_factors


def loss(weights: sp.csr_matrix, rows: np.ndarray, columns: np.ndarray) -> float:
    """What both minimize: sum of c (p - x.y)^2 over all cells, with c = 1 and p = 0 where nothing is, plus lambda."""
    rows, columns = rows.astype(np.float64), columns.astype(np.float64)
    total = float(np.sum((rows.T @ rows) * (columns.T @ columns)))
    number = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    for start in range(0, weights.nnz, BATCH):
        part = slice(start, start + BATCH)
        products = np.einsum("ij,ij->i", rows[number[part]], columns[weights.indices[part]])
        total += float(np.sum(weights.data[part] * (1 - products) ** 2 - products**2))
    return total + REGULARIZATION * float(np.sum(rows**2) + np.sum(columns**2))


def _solve(weights: sp.csr_matrix, other: np.ndarray) -> np.ndarray:
    """Each row's factors with the other side fixed; rows of equal length are solved together."""
    factors = other.shape[1]
    base = other.T @ other + REGULARIZATION * np.eye(factors)
    lengths = np.diff(weights.indptr)
    result = np.zeros((weights.shape[0], factors))
    for length in np.unique(lengths[lengths > 0]):
        group = np.flatnonzero(lengths == length)
        step = max(1, BATCH // (length * factors + factors**2))
        for start in range(0, len(group), step):
            rows = group[start:start + step]
            places = weights.indptr[rows][:, None] + np.arange(length)
            vectors, weight = other[weights.indices[places]], weights.data[places][..., None]
            matrix = base + (vectors * (weight - 1)).transpose(0, 2, 1) @ vectors
            result[rows] = np.linalg.solve(matrix, (vectors * weight).sum(1)[..., None])[..., 0]
    return result
