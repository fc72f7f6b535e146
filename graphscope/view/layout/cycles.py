"""Which edges of a graph run backwards, so that the rest has a direction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def backward_edges(count: int, pairs: Sequence[tuple[int, int]]) -> set[int]:
    """Indices of the edges that close a cycle, found depth first from the nodes that nothing feeds."""
    leaving: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    fed = [False] * count
    for index, (source, target) in enumerate(pairs):
        leaving[source].append((index, target))
        fed[target] = True
    state = [0] * count  # 0 not seen, 1 on the path, 2 done
    backward: set[int] = set()
    for root in sorted(range(count), key=fed.__getitem__):
        if not state[root]:
            _search(root, leaving, state, backward)
    return backward


def _search(root: int, leaving: list[list[tuple[int, int]]], state: list[int], backward: set[int]) -> None:
    state[root] = 1
    path: list[tuple[int, Iterator[tuple[int, int]]]] = [(root, iter(leaving[root]))]
    while path:
        node, rest = path[-1]
        for index, target in rest:
            if state[target] == 1:
                backward.add(index)
            elif state[target] == 0:
                state[target] = 1
                path.append((target, iter(leaving[target])))
                break
        else:
            state[node] = 2
            path.pop()
