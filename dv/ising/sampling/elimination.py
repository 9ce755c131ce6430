"""The compiled inner loop of the exact windows."""

from ._compiled import compiled


@compiled(nogil=True, error_model="numpy")
def eliminate(rows, scaled, first, last, uniform, drawn):
    """Draw and eliminate the pairs of the rows ``first`` to ``last``, in place.

    It takes whole arrays, not their parts: those have other strides, and would be compiled again.
    """
    for c in range(first, last, 2):
        mean = rows[c, c + 1]
        drawn[c // 2] = 1 if uniform[c // 2] < (1 + mean) / 2 else -1
        pivot = mean + drawn[c // 2]
        for j in range(c + 2, rows.shape[1]):
            scaled[c, j] = rows[c + 1, j] / pivot
            scaled[c + 1, j] = -rows[c, j] / pivot
        for i in range(c + 2, last):
            u, v = scaled[c, i], scaled[c + 1, i]
            for j in range(i + 1, rows.shape[1]):
                rows[i, j] += u * rows[c, j] + v * rows[c + 1, j]
