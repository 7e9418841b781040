"""A do-nothing library for drawing or progress bars: every use of it returns itself."""

from __future__ import annotations

import types
from typing import Any

__all__ = ["InertModule"]


class _Inert:
    """Whatever is done with it, it does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **options: Any) -> Any:
        return args[0] if args and hasattr(args[0], "__iter__") else self  # tqdm(xs) is xs

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None: ...

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __iter__(self) -> Any:
        return iter((self, self))  # fig, ax = plt.subplots()


class InertModule(types.ModuleType):
    """The module itself: every name in it does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _Inert()
