"""An error of shapes says which values it is about, not only what the operation calls them."""

import numpy as np
import pytest

import graphscope as gs
from graphscope.errors import ShapeError
from graphscope.view.text import Text


def test_a_product_that_does_not_fit_names_the_user_s_values():
    g = gs.Builder("m")
    x, w = g.input("x", (4, 2)), g.parameter("W", np.zeros((3, 1)))
    with pytest.raises(ShapeError) as caught:
        _ = x @ w
    assert "(here w = W)" in str(caught.value)
    assert "(여기서 w = W)" in Text("ko").tell(caught.value)
