"""Network simplex: layers for a graph whose weighted edges are, all together, as short as possible.

After Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993), section 2.
"""

from __future__ import annotations

from collections.abc import Callable

from graphscope.view.layout.request import LayoutCancelled

Arc = tuple[int, int, int]
"""Tail, head, weight: the head stands at least one layer after the tail."""

_WORK = 600_000  # node visits; about half a second, reached only by flat graphs of thousands of nodes


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
        self.low = [0] * count
        self.mark = [0] * count  # postorder number; the subtree of a node is low..mark
        self.at = [0] * count
        self.cut = [0] * len(arcs)
        self.work = 0

    def optimise(self, cancelled: Callable[[], bool]) -> None:
        """Exchange edges until none pays or the work allowed is used up; every state is a valid answer."""
        self._span()
        self._number(0, -1, 0)
        self._first_cuts()
        cursor = 0
        while self.work < _WORK:
            if cancelled():
                raise LayoutCancelled("The layout was cancelled.")
            leaving, cursor = self._leaving(cursor)
            if leaving < 0:
                return
            self._exchange(leaving, self._entering(leaving))

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
                other = self.heads[arc] if self.tails[arc] == node else self.tails[arc]
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

    def _number(self, root: int, above: int, first: int) -> None:
        """Postorder numbers of the subtree under `root`, reached through the tree arc `above`."""
        self.parent[root] = above
        self.low[root] = first
        number = first
        stack = [(root, iter(self.branches[root]))]
        while stack:
            node, rest = stack[-1]
            for arc in rest:
                if arc == self.parent[node]:
                    continue
                child = self.heads[arc] if self.tails[arc] == node else self.tails[arc]
                self.parent[child] = arc
                self.low[child] = number
                stack.append((child, iter(self.branches[child])))
                break
            else:
                self.mark[node] = number
                self.at[number] = node
                number += 1
                stack.pop()
        self.work += number - first

    def _first_cuts(self) -> None:
        """Cut values from the leaves up: the weight that leaves a subtree, less the weight that enters it.

        Arcs inside the subtree cancel out, so this is the sum of out-weight minus in-weight over its nodes.
        """
        total = [0] * self.count
        for arc, weight in enumerate(self.weights):
            total[self.tails[arc]] += weight
            total[self.heads[arc]] -= weight
        for number in range(self.count - 1):
            node = self.at[number]
            above = self.parent[node]
            from_child = self.tails[above] == node
            self.cut[above] = total[node] if from_child else -total[node]
            total[self.heads[above] if from_child else self.tails[above]] += total[node]

    def _leaving(self, cursor: int) -> tuple[int, int]:
        """The next tree arc whose stretching would pay, searched round and round from `cursor`."""
        nodes = self.count
        for step in range(nodes):
            node = (cursor + step) % nodes
            above = self.parent[node]
            if above >= 0 and self.cut[above] < 0:
                return above, (node + 1) % nodes
        return -1, cursor

    def _entering(self, leaving: int) -> int:
        """The shortest arc that runs against `leaving` between the two halves."""
        tail, head = self.tails[leaving], self.heads[leaving]
        child_is_tail = self.parent[tail] == leaving
        child = tail if child_is_tail else head
        low, high = self.low[child], self.mark[child]
        far_ends = self.tails if child_is_tail else self.heads
        near_ends = self.heads if child_is_tail else self.tails
        best, least = -1, -1
        for node in self.at[low : high + 1]:
            for arc in self.touching[node]:
                if near_ends[arc] != node or low <= self.mark[far_ends[arc]] <= high:
                    continue
                slack = self._slack(arc)
                if best < 0 or slack < least:
                    best, least = arc, slack
        self.work += high - low + 1
        return best

    def _exchange(self, leaving: int, entering: int) -> None:
        self._move(leaving, self._slack(entering))
        change = self.cut[leaving]
        top = self._recut(self.tails[entering], self.heads[entering], change, True)
        self._recut(self.heads[entering], self.tails[entering], change, False)
        self.cut[entering], self.cut[leaving] = -change, 0
        for end in (self.tails[leaving], self.heads[leaving]):
            self.branches[end].remove(leaving)
        for end in (self.tails[entering], self.heads[entering]):
            self.branches[end].append(entering)
        self._number(top, self.parent[top], self.low[top])

    def _move(self, leaving: int, slack: int) -> None:
        """Stretch `leaving` by moving the half below it."""
        tail, head = self.tails[leaving], self.heads[leaving]
        child, shift = (tail, -slack) if self.parent[tail] == leaving else (head, slack)
        for node in self.at[self.low[child] : self.mark[child] + 1]:
            self.ranks[node] += shift

    def _recut(self, start: int, other: int, change: int, rising: bool) -> int:
        """Update cut values from `start` up to the first node above `other`, and return that node."""
        node, goal = start, self.mark[other]
        while not self.low[node] <= goal <= self.mark[node]:
            above = self.parent[node]
            from_child = self.tails[above] == node
            self.cut[above] += change if from_child == rising else -change
            node = self.heads[above] if from_child else self.tails[above]
        return node
