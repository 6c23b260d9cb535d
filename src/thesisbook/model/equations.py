"""The decorator for equations that branch on a parameter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from thesisbook.model.assumptions import Assumptions

P = ParamSpec("P")
T = TypeVar("T")


def equation(
    function: Callable[Concatenate[Assumptions, P], T],
) -> Callable[Concatenate[Assumptions, P], T]:
    """Marks a function of the model that branches on a parameter.

    A trace of the model runs it once for every branch; other runs just call it.
    """

    @wraps(function)
    def called(p: Assumptions, *args: P.args, **options: P.kwargs) -> T:
        return p.call(lambda: function(p, *args, **options))

    return called
