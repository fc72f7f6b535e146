"""Network simplex: layers for a graph whose weighted edges are, all together, as short as possible.

After Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993), section 2.
"""

from __future__ import annotations

from collections.abc import Callable

from graphscope.view.layout.request import LayoutCancelled

Arc = tuple[int, int, int]
"""Tail, head, weight: the head stands at least one layer after the tail."""

_WORK = 300_000  # node visits; a third of a second, reached only by flat tangles of thousands of nodes


def shorten(count: int, arcs: list[Arc], cancelled: Callable[[], bool]) -> list[int]:
    """A layer for each node of a connected graph without cycles, from 0."""
    ranks = _longest_paths(count, arcs)
    if count > 1:
        tree = _Tree(count, arcs, ranks)
        tree.optimise(cancelled)
    lowest = min(ranks, default=0)
    return [rank - lowest for rank in ranks]


def _longest_paths(count: int, arcs: list[Arc]) -> list[int]:
    """As early as possible, then what feeds more than it takes moves next to its consumers."""
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    balance = [0] * count
    for tail, head, weight in arcs:
        out[tail].append(head)
        into[head].append(tail)
        balance[tail] += weight
        balance[head] -= weight
    order = _topological(count, into, out)
    ranks = [0] * count
    for node in order:
        ranks[node] = max((ranks[tail] + 1 for tail in into[node]), default=0)
    for node in reversed(order):
        if out[node] and balance[node] > 0:
            ranks[node] = min(ranks[head] for head in out[node]) - 1
    return ranks


def _topological(count: int, into: list[list[int]], out: list[list[int]]) -> list[int]:
    waiting = [len(tails) for tails in into]
    order = [node for node in range(count) if not waiting[node]]
    for node in order:
        for head in out[node]:
            waiting[head] -= 1
            if not waiting[head]:
                order.append(head)
    return order


class _Tree:
    """A spanning tree of edges of length one; `cut[arc]` tells whether stretching that edge would pay."""

    def __init__(self, count: int, arcs: list[Arc], ranks: list[int]) -> None:
        self.count = count
        self.ranks = ranks
        self.tails = [tail for tail, _, _ in arcs]
        self.heads = [head for _, head, _ in arcs]
        self.weights = [weight for _, _, weight in arcs]
        self.touching: list[list[int]] = [[] for _ in range(count)]
        for arc in range(len(arcs)):
            self.touching[self.tails[arc]].append(arc)
            self.touching[self.heads[arc]].append(arc)
        self.branches: list[list[int]] = [[] for _ in range(count)]
        self.parent = [-1] * count  # the tree arc towards the root
        self.depth = [0] * count
        self.cut = [0] * len(arcs)
        self.work = 0

    def optimise(self, cancelled: Callable[[], bool]) -> None:
        """Exchange edges until none pays or the work allowed is used up; every state is a valid answer."""
        self._span()
        self._first_cuts(self._hang(0, -1))
        cursor = 0
        while self.work < _WORK:
            if cancelled():
                raise LayoutCancelled("The layout was cancelled.")
            leaving, cursor = self._leaving(cursor)
            if leaving < 0:
                return
            below = self._below(leaving)
            self._exchange(leaving, self._entering(leaving, below), below)

    def _slack(self, arc: int) -> int:
        return self.ranks[self.heads[arc]] - self.ranks[self.tails[arc]] - 1

    def _span(self) -> None:
        """Grow a tree from node 0 along edges of length one, moving the whole tree where it gets stuck."""
        inside = [False] * self.count
        inside[0] = True
        members = [0]
        self._grow(members, inside)
        while len(members) < self.count:
            best, slack = self._nearest(inside)
            shift = slack if inside[self.tails[best]] else -slack
            for node in members:
                self.ranks[node] += shift
            self._grow(members, inside)

    def _grow(self, members: list[int], inside: list[bool]) -> None:
        stack = list(members)
        while stack:
            node = stack.pop()
            for arc in self.touching[node]:
                other = self._other(arc, node)
                if inside[other] or self._slack(arc):
                    continue
                inside[other] = True
                self.branches[node].append(arc)
                self.branches[other].append(arc)
                members.append(other)
                stack.append(other)

    def _nearest(self, inside: list[bool]) -> tuple[int, int]:
        best, least = -1, -1
        for arc, (tail, head) in enumerate(zip(self.tails, self.heads, strict=True)):
            if inside[tail] != inside[head]:
                slack = self.ranks[head] - self.ranks[tail] - 1
                if best < 0 or slack < least:
                    best, least = arc, slack
        return best, least

    def _hang(self, root: int, above: int) -> list[int]:
        """Hang all below `root` anew from it, `root` itself from the arc `above`; parents come first."""
        self.parent[root] = above
        self.depth[root] = 0 if above < 0 else self.depth[self._other(above, root)] + 1
        order = [root]
        for node in order:
            for arc in self.branches[node]:
                if arc != self.parent[node]:
                    child = self._other(arc, node)
                    self.parent[child] = arc
                    self.depth[child] = self.depth[node] + 1
                    order.append(child)
        return order

    def _other(self, arc: int, node: int) -> int:
        return self.heads[arc] if self.tails[arc] == node else self.tails[arc]

    def _first_cuts(self, order: list[int]) -> None:
        """Cut values from the leaves up: the weight that leaves a subtree, less the weight that enters it.

        Arcs inside the subtree cancel out, so this is the sum of out-weight minus in-weight over its nodes.
        """
        total = [0] * self.count
        for arc, weight in enumerate(self.weights):
            total[self.tails[arc]] += weight
            total[self.heads[arc]] -= weight
        for node in reversed(order[1:]):
            above = self.parent[node]
            self.cut[above] = total[node] if self.tails[above] == node else -total[node]
            total[self._other(above, node)] += total[node]

    def _leaving(self, cursor: int) -> tuple[int, int]:
        """The next tree arc whose stretching would pay, searched round and round from `cursor`."""
        nodes = self.count
        for step in range(nodes):
            node = (cursor + step) % nodes
            above = self.parent[node]
            if above >= 0 and self.cut[above] < 0:
                return above, (node + 1) % nodes
        return -1, cursor

    def _below(self, arc: int) -> list[int]:
        """The nodes that hang from a tree arc."""
        tail = self.tails[arc]
        nodes = [tail if self.parent[tail] == arc else self.heads[arc]]
        for node in nodes:
            above = self.parent[node]
            nodes += [self._other(branch, node) for branch in self.branches[node] if branch != above]
        self.work += len(nodes)
        return nodes

    def _entering(self, leaving: int, below: list[int]) -> int:
        """The shortest arc that runs against `leaving` between the two halves."""
        child_is_tail = self.tails[leaving] == below[0]
        far_ends = self.tails if child_is_tail else self.heads
        inside = set(below)
        best, least = -1, -1
        for node in below:
            for arc in self.touching[node]:
                if far_ends[arc] in inside:
                    continue
                slack = self.ranks[self.heads[arc]] - self.ranks[self.tails[arc]] - 1
                if best < 0 or slack < least:
                    best, least = arc, slack
        return best

    def _exchange(self, leaving: int, entering: int, below: list[int]) -> None:
        child_is_tail = self.tails[leaving] == below[0]
        slack, change = self._slack(entering), self.cut[leaving]
        for node in below:
            self.ranks[node] += -slack if child_is_tail else slack
        self._recut(entering, change)
        self.cut[entering], self.cut[leaving] = -change, 0
        for end in (self.tails[leaving], self.heads[leaving]):
            self.branches[end].remove(leaving)
        for end in (self.tails[entering], self.heads[entering]):
            self.branches[end].append(entering)
        self._hang((self.heads if child_is_tail else self.tails)[entering], entering)

    def _recut(self, entering: int, change: int) -> None:
        """Update the cut values on the way in the tree between the ends of `entering`."""
        tail, head = self.tails[entering], self.heads[entering]
        while tail != head:
            rising = self.depth[tail] >= self.depth[head]
            node = tail if rising else head
            above = self.parent[node]
            self.cut[above] += change if (self.tails[above] == node) == rising else -change
            if rising:
                tail = self._other(above, node)
            else:
                head = self._other(above, node)
