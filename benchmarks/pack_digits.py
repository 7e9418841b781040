"""Writes graders/spec/digits.npz, the small real data set of trained exercises; run once, kept to document its source.

    python benchmarks/pack_digits.py

The source is scikit-learn's copy (BSD) of the test set of *Optical Recognition of Handwritten Digits* (E. Alpaydin and
C. Kaynak, UCI Machine Learning Repository, 1998, doi:10.24432/C50P49, CC BY 4.0).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

TARGET = Path(__file__).resolve().parent.parent / "graders" / "spec" / "digits.npz"


def main() -> None:
    bunch = load_digits()
    images, labels = bunch.images.astype(np.uint8), bunch.target.astype(np.uint8)
    if len({image.tobytes() for image in images}) != len(images):
        raise SystemExit("Two images are the same: the draw finds labels by the image.")
    np.savez_compressed(TARGET, images=images, labels=labels)
    print(f"{TARGET.name}: {images.shape[0]} images, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
