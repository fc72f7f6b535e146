"""Attention: each query looks at all keys and takes a mean of their values, weighted by how well they fit."""

from __future__ import annotations

from math import inf, sqrt
from typing import Any, Literal

from graphscope.errors import ShapeError
from graphscope.graph.spec import TensorSpec, broadcast, promote, same_size
from graphscope.ops.base import Op

Stage = Literal["products", "capped", "masked", "weights"]


class Attention(Op):
    """out = softmax(scale · q · kᵀ + mask) · v, for each head.

    q is [sample, head, query, feature], k [sample, head, key, feature], v [sample, head, key, value]; the heads
    of q may be a multiple of those of k and v, which then serve several. mask is added to the products, or
    says with true and false which keys may be seen; one that is too short hides what it lacks. lengths says
    how many keys of each sample there are. A query that may see nothing gets 0.

    Source: Vaswani et al. 2017, "Attention is all you need"; ONNX operator ``Attention`` 25; PyTorch
    ``scaled_dot_product_attention``.

    Args:
        is_causal: whether query i sees only the keys up to i + offset.
        scale: what the products are multiplied by; 1 / √(number of features) where None.
        softcap: the size to which products are bent by a tanh before the mask; 0 for none.
        offset: how many keys there are before that of the first query. Where lengths are given, it follows
            from them: the last query belongs to the last key.
        before: how many keys before its own a query sees; −1 for all.
        after: how many keys after its own a query sees; −1 for all.
        precision: the type of numbers in which the softmax is computed; that of q where empty.
    """

    is_causal: bool = False
    scale: float | None = None
    softcap: float = 0.0
    offset: int = 0
    before: int = -1
    after: int = -1
    precision: Literal["", "float16", "float32", "float64"] = ""

    saved = ("weights",)
    symbol = "attention"
    says = (
        "Compare each query of {q} with all keys of {k}, make weights of the products with a softmax, and take the "
        "weighted mean of {v} to get {out}."
    )
    backward_says = (
        "{v} gets the gradient of {out} by its weights; {q} and {k} get theirs through the softmax, each times "
        "the other."
    )
    backward_parts = {
        "q": "{q} gets the gradient of {out} through the softmax, times {k}.",
        "k": "{k} gets the gradient of {out} through the softmax, times {q}.",
        "v": "{v} gets the gradient of {out} by its weights.",
        "mask": "The mask gets the gradient of the scores that it was added to.",
    }
    why = "Weights sum to 1: a key that gets more attention takes it from the others."
    formulas = {
        "out": "p · v, p = softmax(scale · q · kᵀ + mask)",
        "q": "scale · d · k, d = p ⊙ (g · vᵀ − Σ g ⊙ out)",
        "k": "scale · dᵀ · q, d = p ⊙ (g · vᵀ − Σ g ⊙ out)",
        "v": "pᵀ · g",
        "mask": "p ⊙ (g · vᵀ − Σ g ⊙ out)",
    }

    def infer(
        self,
        q: TensorSpec,
        k: TensorSpec,
        v: TensorSpec,
        mask: TensorSpec | None = None,
        lengths: TensorSpec | None = None,
    ) -> TensorSpec:
        lead = zip(q.shape[:-3], k.shape[:-3], v.shape[:-3], strict=False)
        if (
            not q.rank == k.rank == v.rank
            or q.rank < 3
            or not all(same_size(one, other) and same_size(one, third) for one, other, third in lead)
            or not same_size(q.shape[-1], k.shape[-1])
            or not all(map(same_size, k.shape[-3:-1], v.shape[-3:-1]))
            or not _divides(k.shape[-3], q.shape[-3])
        ):
            raise ShapeError(
                "attention: q ({q}), k ({k}) and v ({v}) do not fit together: q and k share the features, k and v "
                "heads and keys, and the heads of q are a multiple of theirs",
                q=q,
                k=k,
                v=v,
            )
        self._check_mask(q, k, mask, lengths)
        floats = (mask,) if mask is not None and mask.floating else ()
        return TensorSpec((*q.shape[:-1], v.shape[-1]), promote(q, k, v, *floats))

    def _check_mask(
        self, q: TensorSpec, k: TensorSpec, mask: TensorSpec | None, lengths: TensorSpec | None
    ) -> None:
        products = q.like(shape=(*q.shape[:-1], k.shape[-2]))
        if mask is not None and mask.rank:
            short = isinstance(mask.shape[-1], int) and isinstance(k.shape[-2], int)
            wide = mask.like(shape=(*mask.shape[:-1], k.shape[-2])) if short else mask
            made = broadcast("attention", products=products, mask=wide)
            if len(made) != q.rank or (mask.dtype != "bool" and not mask.floating):
                raise ShapeError(
                    "attention: the mask ({mask}) must fit the products ({products}), with numbers to add or true "
                    "where a key may be seen",
                    mask=mask,
                    products=products,
                )
        if lengths is not None and (lengths.rank != 1 or not same_size(lengths.shape[0], q.shape[0])):
            raise ShapeError(
                "attention: lengths ({lengths}) must have one number per sample of q ({q})",
                lengths=lengths,
                q=q,
            )

    def forward(self, xp, q, k, v, mask=None, lengths=None) -> Any:
        weights = self.stages(xp, q, k, mask, lengths)[-1]
        return self._spread(xp, xp.matmul(self._grouped(xp, weights, k), v), q), weights

    def vjp(self, xp, g, out, q, k, v, mask=None, lengths=None) -> Any:
        return self.gradients(xp, g, {}, out[1], (q, k, v, mask))

    def stages(self, xp, q, k, mask, lengths) -> tuple[Any, ...]:
        """Products, bent, masked, and the weights."""
        products = self._products(xp, q, k)
        capped = products
        if self.softcap:
            capped = self.softcap * xp.tanh(products / self.softcap)
        masked = self._masked(xp, capped, mask, lengths)
        return products, capped, masked, self._softmax(xp, masked)

    def gradients(self, xp, g, at: dict[str, Any], weights, operands) -> tuple[Any, ...]:
        """The gradients of the operands from that of out and those that arrive at single stages."""
        q, k, v, mask = operands
        dp, dv = at.get("weights"), xp.zeros_like(v)
        if g is not None:
            dv = xp.matmul(xp.matrix_transpose(self._grouped(xp, weights, k)), self._grouped(xp, g, k))
            through = self._spread(xp, xp.matmul(self._grouped(xp, g, k), xp.matrix_transpose(v)), q)
            dp = through if dp is None else dp + through
        d = xp.zeros_like(weights)
        if dp is not None:
            d = weights * (dp - xp.sum(dp * weights, axis=-1, keepdims=True))
        if "masked" in at:
            d = d + at["masked"]
        dmask = None
        if mask is not None and xp.isdtype(mask.dtype, "real floating"):
            dmask = d[..., : mask.shape[-1]] if mask.ndim else d
        d = d + at["capped"] if "capped" in at else d
        if self.softcap:
            bent = xp.tanh(self._products(xp, q, k) / self.softcap)
            d = d * (1 - bent * bent)
        d = d + at["products"] if "products" in at else d
        d = self._grouped(xp, d * self._scale(q), k)
        dq = self._spread(xp, xp.matmul(d, k), q)
        return dq, xp.matmul(xp.matrix_transpose(d), self._grouped(xp, q, k)), dv, dmask, None

    def _products(self, xp, q, k):
        """scale · q · kᵀ, half of the scale on each side, so that small types do not overflow."""
        scale = self._scale(q)
        if scale <= 0:
            q, scale = q * scale, 1.0
        products = xp.matmul(self._grouped(xp, q * sqrt(scale), k), xp.matrix_transpose(k * sqrt(scale)))
        return self._spread(xp, products, q)

    def _scale(self, q) -> float:
        return 1 / sqrt(q.shape[-1]) if self.scale is None else self.scale

    def _grouped(self, xp, x, k):
        """The rows of all heads that share a key head, one after the other."""
        heads = k.shape[-3]
        if x.shape[-3] == heads:
            return x
        rows = x.shape[-3] // heads * x.shape[-2]
        return xp.reshape(x, (*x.shape[:-3], heads, rows, x.shape[-1]))

    def _spread(self, xp, x, q):
        """Back to the heads of q."""
        return x if x.shape[-3] == q.shape[-3] else xp.reshape(x, (*q.shape[:-1], x.shape[-1]))

    def _masked(self, xp, products, mask, lengths):
        """The products, −∞ where a key may not be seen."""
        seen = self._seen(xp, products, lengths)
        keys = products.shape[-1]
        if mask is not None:
            boolean = not xp.isdtype(mask.dtype, "real floating")
            if mask.ndim and mask.shape[-1] not in (1, keys):
                widths = (*((0, 0) for _ in mask.shape[:-1]), (0, keys - mask.shape[-1]))
                mask = xp.pad(mask, widths, False if boolean else -inf)
            if boolean:
                seen = mask if seen is None else seen & mask
            else:
                products = products + mask
        return products if seen is None else xp.where(seen, products, -inf)

    def _seen(self, xp, products, lengths):
        """Where a key may be seen, as far as places and lengths tell; None where it may everywhere."""
        queries, keys = products.shape[-2:]
        bounded = self.is_causal or self.before >= 0 or self.after >= 0
        if not bounded and lengths is None:
            return None
        key = xp.arange(keys)
        own: Any = xp.reshape(xp.arange(queries), (queries, 1)) + self.offset
        seen = key >= 0
        if lengths is not None:
            ends = xp.astype(
                xp.reshape(lengths, (lengths.shape[0], *(1 for _ in products.shape[1:]))), key.dtype
            )
            seen = key < ends
            own = own + (ends - queries - self.offset)
        if self.is_causal:
            seen = seen & (key <= own)
        if self.before >= 0:
            seen = seen & (own - key <= self.before)
        if self.after >= 0:
            seen = seen & (key - own <= self.after)
        return seen

    def _softmax(self, xp, x):
        """Weights that sum to 1, or 0 where there is nothing but −∞."""
        usual = x.dtype
        x = xp.astype(x, getattr(xp, self.precision)) if self.precision else x
        largest = xp.max(x, axis=-1, keepdims=True)
        e = xp.exp(x - xp.where(largest == -inf, 0, largest))
        sums = xp.sum(e, axis=-1, keepdims=True)
        weights = e / xp.where(sums == 0, 1, sums)
        return xp.astype(weights, usual) if self.precision else weights


class AttentionScores(Attention):
    """out = softmax(scale · q · kᵀ + mask) · v, scores = what lies between q and the weights.

    The operands are those of `Attention`.

    Source: ONNX operator ``Attention`` 25 with its output ``qk_matmul_output``.

    Args:
        is_causal: whether query i sees only the keys up to i + offset.
        scale: what the products are multiplied by; 1 / √(number of features) where None.
        softcap: the size to which products are bent by a tanh before the mask; 0 for none.
        offset: how many keys there are before that of the first query. Where lengths are given, it follows
            from them: the last query belongs to the last key.
        before: how many keys before its own a query sees; −1 for all.
        after: how many keys after its own a query sees; −1 for all.
        precision: the type of numbers in which the softmax is computed; that of q where empty.
        stage: which scores: the products, those bent, those with the mask, or the weights.
    """

    stage: Stage = "products"

    outputs = ("out", "scores")
    says = (
        "Compare each query of {q} with all keys of {k}, make weights of the products with a softmax, and take the "
        "weighted mean of {v} to get {out}; hand out the {scores} too."
    )
    formulas = {**Attention.formulas, "scores": "scale · q · kᵀ"}

    def infer(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        q: TensorSpec,
        k: TensorSpec,
        v: TensorSpec,
        mask: TensorSpec | None = None,
        lengths: TensorSpec | None = None,
    ) -> tuple[TensorSpec, ...]:
        out = Attention.infer(self, q, k, v, mask, lengths)
        return out, out.like(shape=(*q.shape[:-1], k.shape[-2]))

    def forward(self, xp, q, k, v, mask=None, lengths=None):
        stages = self.stages(xp, q, k, mask, lengths)
        out = self._spread(xp, xp.matmul(self._grouped(xp, stages[-1], k), v), q)
        return out, stages[("products", "capped", "masked", "weights").index(self.stage)], stages[-1]

    def vjp(self, xp, g, out, q, k, v, mask=None, lengths=None):
        at = {} if g[1] is None else {self.stage: g[1]}
        return self.gradients(xp, g[0], at, out[2], (q, k, v, mask))


def _divides(few: Any, many: Any) -> bool:
    """Whether each key head can serve the same number of heads of q; an open size may be any number."""
    return same_size(few, many) or (few > 0 and many % few == 0)


class RotaryEmbedding(Op):
    """out = x with each pair of features (a, b) turned: (a·cos − b·sin, a·sin + b·cos).

    x is [sample, head, place, feature]; cos and sin are [sample, place, pair], or [place, pair] for all
    samples. A pair is a feature of the first half and one of the second, or two neighbours.

    Source: Su et al. 2021, "RoFormer"; ONNX operator ``RotaryEmbedding`` 23.

    Args:
        size: how many features are turned, from the first on; 0 for all.
        interleaved: whether a pair is two neighbours.
    """

    size: int = 0
    interleaved: bool = False

    symbol = "rotary"
    says = (
        "Turn each pair of features of {x} by the angle of its place, given by {cos} and {sin}, to get {out}."
    )
    backward_says = "Turn the gradient of {out} back by the same angles to get that of {x}."
    why = "A turn keeps lengths, and two vectors turned alike keep their product: only the distance counts."
    formulas = {
        "out": "(a ⊙ cos − b ⊙ sin, a ⊙ sin + b ⊙ cos), (a, b) = x",
        "x": "(g₁ ⊙ cos + g₂ ⊙ sin, g₂ ⊙ cos − g₁ ⊙ sin), (g₁, g₂) = g",
        "cos": "Σ g₁ ⊙ a + g₂ ⊙ b",
        "sin": "Σ g₂ ⊙ a − g₁ ⊙ b",
    }

    def infer(self, x: TensorSpec, cos: TensorSpec, sin: TensorSpec) -> TensorSpec:
        features = x.shape[-1] if x.rank == 4 else 0
        turned = self.size or features
        pairs = turned // 2 if isinstance(turned, int) else None
        fits = all(
            each.rank in (2, 3)
            and same_size(each.shape[-1], pairs)
            and same_size(each.shape[-2], x.shape[-2])
            and (each.rank == 2 or each.shape[0] == 1 or same_size(each.shape[0], x.shape[0]))
            for each in (cos, sin)
        )
        whole = not isinstance(turned, int) or (
            turned % 2 == 0 and (not isinstance(features, int) or turned <= features)
        )
        if x.rank != 4 or not fits or not whole:
            raise ShapeError(
                "rotary: x ({x}) must have the axes sample, head, place and feature, and cos ({cos}) and sin "
                "({sin}) one number per place and pair of features",
                x=x,
                cos=cos,
                sin=sin,
            )
        promote(x, cos, sin)
        return x.like()

    def forward(self, xp, x, cos, sin):
        a, b, rest = self._pairs(xp, x)
        cos, sin = (xp.expand_dims(each, axis=-3) for each in (cos, sin))
        return self._joined(xp, a * cos - b * sin, a * sin + b * cos, rest, x)

    def vjp(self, xp, g, out, x, cos, sin):
        ga, gb, rest = self._pairs(xp, g)
        a, b, _ = self._pairs(xp, x)
        wide, high = (xp.expand_dims(each, axis=-3) for each in (cos, sin))
        dx = self._joined(xp, ga * wide + gb * high, gb * wide - ga * high, rest, x)
        return dx, xp.sum(ga * a + gb * b, axis=1), xp.sum(gb * a - ga * b, axis=1)

    def _pairs(self, xp, x):
        """The first of all pairs, the second, and what is not turned."""
        size = self.size or x.shape[-1]
        rest = x[..., size:] if size < x.shape[-1] else None
        if self.interleaved:
            return x[..., 0:size:2], x[..., 1:size:2], rest
        return x[..., : size // 2], x[..., size // 2 : size], rest

    def _joined(self, xp, a, b, rest, x):
        """The reverse of `_pairs`."""
        if self.interleaved:
            turned = xp.reshape(xp.stack([a, b], axis=-1), (*a.shape[:-1], 2 * a.shape[-1]))
        else:
            turned = xp.concat([a, b], axis=-1)
        return turned if rest is None else xp.concat([turned, rest], axis=-1)
