"""How the exercises of u02_data_metrics are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from graders.spec import (
    Case,
    Exercise,
    Property,
    Unit,
    derived,
    drawn,
    fixed,
    literal,
    normal,
    probabilities,
    side,
    spaced,
)
from graders.spec import one_hot as one_hot_rows

UNIT = Unit(
    title={"ko": "데이터와 평가 지표", "en": "Data and metrics"},
    forbids=("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "pandas.*", "cupy.*"),
    minutes=150,
    cases={
        "random": "무작위 값",
        "100 people, 3 features": "100명, 특성 3개",
        "100 days of 390 minutes": "390분씩 100일",
        "500 documents, 20,000 words": "문서 500개, 단어 20,000개",
        "100,000 texts of 1,000 words": "단어 1,000개짜리 글 100,000개",
        "5,000 color images": "컬러 이미지 5,000장",
        "5,000 gray images": "흑백 이미지 5,000장",
        "one color image": "컬러 이미지 한 장",
        "one color image of 4×4": "4×4 컬러 이미지 한 장",
        "one person, 3 features": "한 명, 특성 3개",
        "one document, 20,000 words": "문서 한 개, 단어 20,000개",
        "table": "표",
        "documents": "문서",
        "series": "시계열",
        "words": "글",
        "image": "이미지",
        "one series": "시계열 한 개",
        "one image": "이미지 한 장",
        "one sample": "샘플 한 개의 형상",
        "two images of 2×3": "2×3 이미지 두 장",
        "images": "이미지",
        "rows already": "이미 행인 입력",
        "two gaps": "빈칸 두 개",
        "with a value": "채울 값이 있는 입력",
        "value": "다른 값으로 채우기",
        "infinity stays": "무한대는 그대로",
        "three classes": "클래스 세 개",
        "a class that never occurs": "나오지 않는 클래스",
        "columns of different size": "크기가 다른 열",
        "three rows by hand": "손으로 계산한 세 행",
        "a constant column": "상수인 열",
        "constant": "상수인 열",
        "new rows": "새 데이터",
        "rows sorted by label": "레이블 순서로 놓인 데이터",
        "the same seed twice, then another": "같은 시드로 두 번, 다른 시드로 한 번",
        "seed": "시드",
        "1,000 rows, 64 at a time": "1,000개를 64개씩",
        "500 rows, 10 at a time": "500개를 10개씩",
        "whole batches": "딱 나누어떨어지는 배치",
        "a short last batch": "짧은 마지막 배치",
        "short": "짧은 마지막 배치",
        "cat, dog, bird": "고양이, 개, 새",
        "8 patients": "환자 8명",
        "20 patients": "환자 20명",
        "nothing found": "양성 예측이 없음",
        "nobody is ill": "양성이 없음",
        "nobody is healthy": "음성이 없음",
        "zero": "분모가 0",
        "all right": "모두 맞은 예측",
        "five scores": "점수 다섯 개",
        "six scores, two equal": "점수 여섯 개, 둘은 같음",
        "equal scores": "같은 점수가 있음",
        "ties": "같은 점수",
        "a stair": "계단 하나",
        "with slanted pieces": "비스듬한 구간이 있는 곡선",
        "table of the slide": "슬라이드의 표",
        "two columns": "두 열",
        "worse than the mean": "평균보다 못한 예측",
        "half, quarter, quarter": "1/2, 1/4, 1/4",
        "with zeros": "0이 섞인 분포",
        "zeros": "0인 확률",
    },
)

Outputs = Iterator[tuple[str, object]]

# How to begin, while nothing is written.
START = {
    "tensor_shape_of": {
        "en": "Begin with one kind, the table: build the tuple from n and size['features']. Then write down, for each "
        "kind, the names of its axes in order.",
        "ko": "table 한 종류부터 시작하세요. n과 size['features']로 튜플을 만드세요. 그다음 종류마다 축의 이름을 "
        "순서대로 적어 보세요.",
    },
    "flatten": {
        "en": "Begin with the shape you want: how many rows are there, and which axis can NumPy work out by itself?",
        "ko": "원하는 형상부터 적으세요. 행은 몇 개이고, NumPy가 스스로 계산하게 맡길 수 있는 축은 어느 것인가요?",
    },
    "fill_missing": {
        "en": "Begin with an array of True and False that says where x is missing. NumPy has a function for that test.",
        "ko": "빠진 자리를 True와 False로 나타낸 배열부터 만드세요. NumPy에는 그것을 검사하는 함수가 있습니다.",
    },
    "one_hot": {
        "en": "Begin with an array of zeros of the shape (N, num_classes). Which single entry of row i becomes 1?",
        "ko": "형상이 (N, num_classes)인 0의 배열에서 시작하세요. i번째 행에서는 어느 원소 하나가 1이 되나요?",
    },
    "standardize": {
        "en": "Begin without train and without constant columns: which axis must the mean run along so that one number "
        "per column is left?",
        "ko": "train도 상수 열도 없는 경우부터 시작하세요. 열마다 수 하나가 남으려면 평균을 어느 축으로 구해야 하나요?",
    },
    "min_max_scale": {
        "en": "Begin with one column on paper: what must you subtract so that its smallest number becomes 0?",
        "ko": "열 하나를 종이에 적고 시작하세요. 가장 작은 수가 0이 되려면 무엇을 빼야 하나요?",
    },
    "train_val_test_split": {
        "en": "Begin with the row numbers 0 … N−1 in random order. Cut these numbers into three pieces, and only then "
        "pick rows of x and t with them.",
        "ko": "행 번호 0 … N−1을 무작위 순서로 섞는 것부터 시작하세요. 그 번호를 세 조각으로 나눈 다음, 그 번호로 x와 "
        "t의 행을 고르세요.",
    },
    "minibatches": {
        "en": "Begin with the numbers of the rows at which a batch starts: 0, batch_size, 2·batch_size, … Where does "
        "the last one start?",
        "ko": "배치가 시작하는 행 번호부터 적으세요. 0, batch_size, 2·batch_size, … 마지막 배치는 어디에서 시작하나요?",
    },
    "confusion_matrix": {
        "en": "Begin with a table of zeros and a loop over the samples: which entry grows by 1 for a sample with the "
        "truth 2 and the prediction 0?",
        "ko": "0으로 채운 표와 샘플을 도는 반복문에서 시작하세요. 정답이 2이고 예측이 0인 샘플은 어느 칸을 1 늘리나요?",
    },
    "accuracy": {
        "en": "Begin with the array of True and False that says which predictions are right.",
        "ko": "어느 예측이 맞았는지를 나타내는 True와 False의 배열부터 만드세요.",
    },
    "precision": {
        "en": "Begin with two counts: how many samples were predicted positive, and how many of these really are?",
        "ko": "두 가지를 세는 것부터 시작하세요. 양성으로 예측한 샘플은 몇 개이고, 그 가운데 실제 양성은 몇 개인가요?",
    },
    "recall": {
        "en": "Begin with two counts: how many samples really are positive, and how many of these were found?",
        "ko": "두 가지를 세는 것부터 시작하세요. 실제 양성은 몇 개이고, 그 가운데 찾아낸 것은 몇 개인가요?",
    },
    "specificity": {
        "en": "Begin with the samples whose truth is 0. How many are they, and how many of them were predicted 0?",
        "ko": "정답이 0인 샘플에서 시작하세요. 모두 몇 개이고, 그 가운데 0으로 예측한 것은 몇 개인가요?",
    },
    "f1": {
        "en": "Begin with the precision and the recall: you have a function for each.",
        "ko": "정밀도와 재현율부터 구하세요. 둘 다 이미 만든 함수가 있습니다.",
    },
    "roc_curve": {
        "en": "Begin with a single threshold: which samples are predicted positive, and what share of the positives, "
        "and of the negatives, is that? Then repeat it for every threshold.",
        "ko": "임계값 하나에서 시작하세요. 어느 샘플을 양성으로 예측하고, 그것은 양성과 음성에서 각각 몇 퍼센트인가요? "
        "그다음 모든 임계값에 대해 되풀이하세요.",
    },
    "auc": {
        "en": "Begin with the piece between two neighboring points: how wide is it, and how high is it on average?",
        "ko": "이웃한 두 점 사이의 구간 하나에서 시작하세요. 너비는 얼마이고, 높이는 평균 얼마인가요?",
    },
    "mse": {
        "en": "Begin with the errors, one for each entry. Then square them, and take the mean last.",
        "ko": "원소마다 오차를 구하는 것부터 시작하세요. 그다음 제곱하고, 마지막에 평균을 구하세요.",
    },
    "rmse": {
        "en": "Begin with the mean squared error: you have a function for it. What brings it back to the unit of t?",
        "ko": "평균 제곱 오차부터 구하세요. 이미 만든 함수가 있습니다. t의 단위로 되돌리려면 무엇이 필요한가요?",
    },
    "mae": {
        "en": "Begin with the errors. Make each of them positive before you take the mean.",
        "ko": "오차부터 구하세요. 평균을 구하기 전에 하나하나를 양수로 만드세요.",
    },
    "mape": {
        "en": "Begin with one sample: the truth is 50, the prediction 47. How large is the error, in percent of the "
        "truth?",
        "ko": "샘플 하나에서 시작하세요. 정답이 50, 예측이 47이면 오차는 정답의 몇 퍼센트인가요?",
    },
    "r2_score": {
        "en": "Begin with the two sums: the squared errors of y, and the squared errors of a model that always answers "
        "the mean of t.",
        "ko": "두 합부터 구하세요. 하나는 y의 오차 제곱합이고, 다른 하나는 언제나 t의 평균을 답하는 모델의 오차 "
        "제곱합입니다.",
    },
    "cross_entropy": {
        "en": "Begin with one row: which probability did the model give to the true class, and what is minus its "
        "logarithm?",
        "ko": "한 행에서 시작하세요. 모델이 정답 클래스에 준 확률은 얼마이고, 그 로그에 음의 부호를 붙이면 얼마인가요?",
    },
    "kl_divergence": {
        "en": "Begin with two distributions without zeros: compute p·ln(p/q) for each entry, then add them up.",
        "ko": "0이 없는 두 분포에서 시작하세요. 원소마다 p·ln(p/q)를 구한 다음 모두 더하세요.",
    },
}

TABLE = ({"N": 23, "D": 3}, {"N": 17, "D": 5})
NEW_DIMS = ({"N": 7, "D": 3, "M": 23}, {"N": 5, "D": 11, "M": 17})
IMAGES = ({"N": 7, "H": 3, "W": 5, "C": 2}, {"N": 5, "H": 7, "W": 3, "C": 4})
LIST = ({"N": 23}, {"N": 41})
CROWD = ({"N": 211, "C": 3}, {"N": 307, "C": 5}, {"N": 401, "C": 4})  # fractions that tell their formula
CLASSES = ({"N": 23, "C": 3}, {"N": 41, "C": 5})
ROWS_OF = ({"N": 7, "K": 3}, {"N": 5, "K": 11})


# --- probes ----------------------------------------------------------------------------------------------------------


def tensor_shape_of(student: Any, kind: str, n: Any, size: Any) -> Outputs:
    """The shape as a tuple (a list will do)."""
    yield "shape", student.tensor_shape_of(kind, n, dict(size))


def flatten(student: Any, x: Any) -> Outputs:
    """One row per sample."""
    yield "rows", student.flatten(x)


def fill_missing(student: Any, x: Any, value: Any = None) -> Outputs:
    """No NaN is left; without ``value`` the default is used."""
    yield "filled", student.fill_missing(x) if value is None else student.fill_missing(x, value)


def one_hot(student: Any, t: Any, num_classes: int) -> Outputs:
    """One row per label."""
    yield "rows", student.one_hot(t, num_classes)


def standardize(student: Any, x: Any, train: Any = None) -> Outputs:
    """z-scores, with the numbers of x itself or of ``train``."""
    yield "z", student.standardize(x) if train is None else student.standardize(x, train)


def min_max_scale(student: Any, x: Any, train: Any = None) -> Outputs:
    """Every column between 0 and 1, with the numbers of x itself or of ``train``."""
    yield "scaled", student.min_max_scale(x) if train is None else student.min_max_scale(x, train)


def train_val_test_split(student: Any, x: Any, t: Any, val_ratio: float, test_ratio: float, seed: int) -> Outputs:
    """The sizes, which rows went where, the labels in the order of the given rows, and what the seed does."""
    sets = student.train_val_test_split(x, t, val_ratio, test_ratio, seed)
    if len(sets) != 3 or any(not isinstance(pair, tuple | list) or len(pair) != 2 for pair in sets):
        yield "sizes", [len(part) for part in sets]  # six arrays, as other libraries give them
        return
    yield "sizes", [len(part) for part, _ in sets]
    rows = _row_numbers(x, sets)
    yield "rows", rows
    yield "shuffled", rows
    yield "labels", _labels_by_row(x, rows, sets)
    others = [student.train_val_test_split(x, t, val_ratio, test_ratio, seed + more)[0][0] for more in range(9)]
    unmoved = bool(
        np.all(np.diff(rows[: len(sets[0][0])]) == 1)
    )  # no order at all is another mistake than always the same order
    yield "seeded", [int(np.array_equal(sets[0][0], other)) * (2 if unmoved else 1) for other in others]


def _row_numbers(x: Any, sets: Any) -> np.ndarray:
    """Which row of x each row of the training, validation and test set is, in this order; −1: none of them."""
    found = []
    for row in (row for part, _ in sets for row in part):
        distance = np.abs(x - row).max(axis=1)
        found.append(int(np.argmin(distance)) if distance.min() < 1e-4 else -1)
    return np.array(found, dtype=np.int64)


def _labels_by_row(x: Any, rows: np.ndarray, sets: Any) -> np.ndarray:
    """The label that row i of x has now, wherever it went; 0 where it went nowhere."""
    labelled = np.zeros(len(x))
    given = np.concatenate([np.asarray(part, dtype=np.float64) for _, part in sets])
    labelled[rows[rows >= 0]] = given[rows >= 0]
    return labelled


def minibatches(student: Any, x: Any, t: Any, batch_size: int) -> Outputs:
    """The sizes of the batches, then the rows and labels of the first, the second, a middle one and the last."""
    batches = list(student.minibatches(x, t, batch_size))
    yield "sizes", [len(pair[0]) if np.ndim(pair[0]) else 0 for pair in map(list, batches)]
    places = {"first": 0, "second": 1, "middle": len(batches) // 2, "last": len(batches) - 1}
    for name, place in places.items():
        if 0 <= place < len(batches):
            yield f"x[{name}]", batches[place][0]
            yield f"t[{name}]", batches[place][1]


def confusion_matrix(student: Any, y: Any, t: Any, num_classes: int) -> Outputs:
    """Rows: the truth; columns: the prediction."""
    yield "counts", student.confusion_matrix(y, t, num_classes)


def accuracy(student: Any, y: Any, t: Any) -> Outputs:
    """The share of right answers."""
    yield "value", student.accuracy(y, t)


def precision(student: Any, y: Any, t: Any) -> Outputs:
    """TP / (TP + FP)."""
    yield "value", student.precision(y, t)


def recall(student: Any, y: Any, t: Any) -> Outputs:
    """TP / (TP + FN)."""
    yield "value", student.recall(y, t)


def specificity(student: Any, y: Any, t: Any) -> Outputs:
    """TN / (TN + FP)."""
    yield "value", student.specificity(y, t)


def f1(student: Any, y: Any, t: Any) -> Outputs:
    """The harmonic mean of precision and recall."""
    yield "value", student.f1(y, t)


def roc_curve(student: Any, y: Any, t: Any) -> Outputs:
    """The curve's points, and the thresholds after the first (infinity, or any number above all scores)."""
    fpr, tpr, thresholds = student.roc_curve(y, t)
    yield "fpr", np.asarray(fpr)
    yield "tpr", np.asarray(tpr)
    yield "thresholds", np.asarray(thresholds)[1:]


def auc(student: Any, fpr: Any, tpr: Any) -> Outputs:
    """The area under the curve."""
    yield "area", student.auc(fpr, tpr)


def mse(student: Any, y: Any, t: Any) -> Outputs:
    """The mean squared error."""
    yield "value", student.mse(y, t)


def rmse(student: Any, y: Any, t: Any) -> Outputs:
    """Its root."""
    yield "value", student.rmse(y, t)


def mae(student: Any, y: Any, t: Any) -> Outputs:
    """The mean absolute error."""
    yield "value", student.mae(y, t)


def mape(student: Any, y: Any, t: Any) -> Outputs:
    """The mean absolute error in percent of the truth."""
    yield "value", student.mape(y, t)


def r2_score(student: Any, y: Any, t: Any) -> Outputs:
    """The coefficient of determination."""
    yield "value", student.r2_score(y, t)


def cross_entropy(student: Any, y: Any, t: Any) -> Outputs:
    """Summed over all rows."""
    yield "value", student.cross_entropy(y, t)


def kl_divergence(student: Any, p: Any, q: Any) -> Outputs:
    """KL(p‖q) in nats."""
    yield "value", student.kl_divergence(p, q)


# --- inputs ----------------------------------------------------------------------------------------------------------

Dims = Mapping[str, int]
Earlier = Mapping[str, Any]

# The keys of ``size`` in alphabetic order, which is not that of the axes.
KINDS = {
    "table": ("features",),
    "documents": ("vocabulary",),
    "series": ("features", "steps"),
    "words": ("vocabulary", "words"),
    "image": ("channels", "height", "width"),
}


def _sizes_of(kind: str) -> Any:
    """Different lengths for the axes of this kind."""

    def make(rng: np.random.Generator, dims: Dims, _: Earlier) -> dict[str, int]:
        lengths = 2 + rng.permutation(dims["L"])
        return {name: int(length) for name, length in zip(KINDS[kind], lengths, strict=False)}

    return derived(make)


def _with_gaps(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """A table with one or two missing numbers in every column."""
    x = rng.standard_normal((dims["N"], dims["D"])) + 2
    for column in x.T:
        column[rng.permutation(dims["N"])[: rng.integers(1, 3)]] = np.nan
    return x


def _unequal(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """Columns of different means and widths."""
    width, middle = rng.uniform(0.5, 20, dims["D"]), rng.uniform(-30, 30, dims["D"])
    table: np.ndarray = middle + width * rng.standard_normal((dims["N"], dims["D"]))
    return table


def _one_constant(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """The same, but one column, not the first, holds the same whole number everywhere."""
    x = _unequal(rng, dims, earlier)
    x[:, rng.integers(1, dims["D"])] = rng.integers(2, 9)
    return x


def _some_of(classes: str, rare: int = 0) -> Any:
    """Labels in random order: every class but the last ``rare`` ones occurs."""

    def make(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
        return rng.permutation(dims["N"]) % (dims[classes] - rare)

    return derived(make)


def _mostly_right(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> Any:
    """Predictions that are right for about two samples of three (how many is drawn too), with no class that t lacks."""
    t = earlier["t"]
    y, classes = t.copy(), t.max() + 1
    wrong = rng.permutation(dims["N"])[: rng.integers(dims["N"] // 4, dims["N"] // 2)]
    y[wrong] = (t[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return y


def _truth(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """Labels 0 and 1 in random order, about a third of them 1."""
    return (rng.permutation(dims["N"]) < dims["N"] // 3 + 1).astype(int)


def _verdicts(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> Any:
    """Predictions that miss about a quarter of the positives and raise an alarm for about a tenth of the negatives."""
    y, ill = earlier["t"].copy(), earlier["t"] == 1
    for group, share in ((ill, rng.uniform(0.2, 0.3)), (~ill, rng.uniform(0.07, 0.12))):
        turned = rng.permutation(np.flatnonzero(group))[: max(1, round(share * group.sum()))]
        y[turned] = 1 - y[turned]
    return y


def _scores(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Scores without ties that are higher for positives, on the whole."""
    scores = spaced("N", step=0.02).sample(rng, dims, earlier)
    order = np.argsort(scores + 0.1 * earlier["t"])
    ranked: np.ndarray = np.empty(dims["N"])
    ranked[order] = np.sort(scores)
    return rng.uniform(0.45, 0.55) + ranked


def _tied(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> Any:
    """Scores in steps of 1/8: several samples share one."""
    return np.clip(np.round(8 * (0.2 * earlier["t"] + rng.uniform(0, 0.8, dims["N"]))) / 8, 0, 1)


def _rising(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """From 0 up to 1."""
    return np.concatenate([[0.0], np.sort(rng.uniform(0.05, 0.95, dims["K"])), [1.0]])


def _away_from_zero(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """Numbers of both signs that are not small."""
    return rng.choice([-1.0, 1.0], dims["N"]) * rng.uniform(2, 9, dims["N"])


def _near(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> Any:
    """Predictions that miss by about 1, more often upwards."""
    return earlier["t"] + 0.3 + rng.standard_normal(dims["N"])


def _opposed(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> Any:
    """Predictions that fall where the truth rises."""
    return 1.5 - 0.8 * earlier["t"] + 0.3 * rng.standard_normal(dims["N"])


def _two_zeros(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """A distribution with two zeros."""
    p = rng.uniform(0.1, 1, dims["K"])
    p[rng.permutation(dims["K"])[:2]] = 0
    shares: np.ndarray = p / p.sum()
    return shares


def _zero_beside(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """A distribution that is 0 in one of the places where p is."""
    q = rng.uniform(0.1, 1, dims["K"])
    q[np.flatnonzero(earlier["p"] == 0)[0]] = 0
    shares: np.ndarray = q / q.sum()
    return shares


def _never_the_true_class(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Rows of probabilities; in every second row one wrong class has probability 0."""
    t = earlier["t"]
    y = rng.uniform(0.1, 1, t.shape)
    for row in range(0, len(t), 2):
        y[row, rng.permutation(np.flatnonzero(t[row] == 0))[0]] = 0
    shares: np.ndarray = y / y.sum(axis=1, keepdims=True)
    return shares


def _number(low: float, high: float) -> Any:
    """One number."""
    return derived(lambda rng, dims, earlier: float(rng.uniform(low, high)))


def _around(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """New rows, spread as those of train are, but moved and wider."""
    train = earlier["train"]
    rows: np.ndarray = train.mean(axis=0) + train.std(axis=0) * (
        0.7 + 1.6 * rng.standard_normal((dims["N"], dims["D"]))
    )
    return rows


def _training_rows(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    return _unequal(rng, {**dims, "N": dims["M"]}, earlier)


NEW_ROWS = {"train": derived(_training_rows), "x": derived(_around)}
SEED = derived(lambda rng, dims, earlier: int(rng.integers(1 << 31)))
SAMPLES = derived(lambda rng, dims, earlier: int(rng.integers(20, 400)))


# --- properties ------------------------------------------------------------------------------------------------------


def _each_once(actual: Any, expected: Any, inputs: Earlier) -> bool:
    """Every row of x is in exactly one set."""
    return bool(np.array_equal(np.sort(actual), np.arange(len(inputs["x"]))))


def _spread(actual: Any, expected: Any, inputs: Earlier) -> bool:
    """No set is a run of neighbors in x. (For the sizes below this happens by chance once in 10¹⁰ draws.)"""
    n = len(inputs["x"])
    n_val, n_test = round(inputs["val_ratio"] * n), round(inputs["test_ratio"] * n)
    parts = np.split(actual, [n - n_val - n_test, n - n_test])
    return all(len(part) > 0 and np.ptp(part) >= len(part) for part in parts)


# --- exercises -------------------------------------------------------------------------------------------------------


def _shape_case(name: str, kind: str, n: int, size: dict[str, int], shape: tuple[int, ...]) -> Case:
    inputs = {"kind": kind, "n": n, "size": size}
    return literal(name, inputs, source="S4, the shapes of data", expect={"shape": shape})


TENSORS = (
    Exercise(
        tensor_shape_of,
        title={"ko": "데이터의 형상", "en": "The shape of data"},
        start=START["tensor_shape_of"],
        outputs=("shape",),
        points={"shape": 2, "shape@one sample": 1},
        cases=(
            _shape_case("100 people, 3 features", "table", 100, {"features": 3}, (100, 3)),
            _shape_case("500 documents, 20,000 words", "documents", 500, {"vocabulary": 20000}, (500, 20000)),
            _shape_case("100 days of 390 minutes", "series", 100, {"features": 3, "steps": 390}, (100, 390, 3)),
            _shape_case(
                "100,000 texts of 1,000 words",
                "words",
                100000,
                {"vocabulary": 5000, "words": 1000},
                (100000, 1000, 5000),
            ),
            _shape_case(
                "5,000 color images", "image", 5000, {"channels": 3, "height": 78, "width": 78}, (5000, 78, 78, 3)
            ),
            _shape_case(
                "5,000 gray images", "image", 5000, {"channels": 1, "height": 78, "width": 78}, (5000, 78, 78, 1)
            ),
            *(
                drawn(kind, {"kind": fixed(kind), "n": SAMPLES, "size": _sizes_of(kind)}, ({"L": 17}, {"L": 61}))
                for kind in KINDS
            ),
            literal(
                "one color image",
                {"kind": "image", "n": None, "size": {"channels": 3, "height": 78, "width": 78}},
                group="one sample",
                source="S4, the shapes of data (Keras leaves out the axis of samples)",
                expect={"shape": (78, 78, 3)},
            ),
            literal(
                "one color image of 4×4",
                {"kind": "image", "n": None, "size": {"channels": 3, "height": 4, "width": 4}},
                group="one sample",
                source="S0, input layer: height 4, width 4, RGB 3",
                expect={"shape": (4, 4, 3)},
            ),
            literal(
                "one person, 3 features",
                {"kind": "table", "n": None, "size": {"features": 3}},
                group="one sample",
                source="S4, the shapes of data (Keras leaves out the axis of samples)",
                expect={"shape": (3,)},
            ),
            literal(
                "one document, 20,000 words",
                {"kind": "documents", "n": None, "size": {"vocabulary": 20000}},
                group="one sample",
                source="S4, the shapes of data (Keras leaves out the axis of samples)",
                expect={"shape": (20000,)},
            ),
            *(
                drawn(
                    f"one {kind}",
                    {"kind": fixed(kind), "n": fixed(None), "size": _sizes_of(kind)},
                    ({"L": 17}, {"L": 61}),
                    group="one sample",
                )
                for kind in ("series", "image")
            ),
        ),
    ),
    Exercise(
        flatten,
        title={"ko": "샘플마다 한 행으로", "en": "Each sample as one row"},
        start=START["flatten"],
        outputs=("rows",),
        cases=(
            literal(
                "two images of 2×3",
                {"x": np.arange(12.0).reshape(2, 2, 3)},
                expect={"rows": [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]},
            ),
            drawn("images", {"x": normal("N", "H", "W", "C")}, IMAGES),
            side("rows already", {"x": np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])}),
        ),
    ),
)

COLUMNS = (
    Exercise(
        fill_missing,
        title={"ko": "빠진 값 채우기", "en": "Fill what is missing"},
        start=START["fill_missing"],
        outputs=("filled",),
        points={"filled": 1, "filled@value": 1},
        cases=(
            literal(
                "two gaps",
                {"x": np.array([[64.0, np.nan, 1600.0], [np.nan, 110.0, 1300.0]])},
                source="S4, missing values become 0",
                expect={"filled": [[64, 0, 1600], [0, 110, 1300]]},
            ),
            drawn("random", {"x": derived(_with_gaps)}, TABLE),
            drawn("with a value", {"x": derived(_with_gaps), "value": _number(3, 7)}, TABLE, group="value"),
            side("infinity stays", {"x": np.array([1.0, np.inf, np.nan, -np.inf])}),
        ),
    ),
    Exercise(
        one_hot,
        title={"ko": "원핫 벡터", "en": "One-hot rows"},
        start=START["one_hot"],
        outputs=("rows",),
        points={"rows": 2},
        cases=(
            literal(
                "three classes",
                {"t": np.array([2, 0, 1, 2]), "num_classes": 3},
                expect={"rows": [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]},
            ),
            drawn("random", {"t": _some_of("C"), "num_classes": fixed("C")}, CLASSES),
            drawn("a class that never occurs", {"t": _some_of("C", 1), "num_classes": fixed("C")}, CLASSES),
        ),
    ),
    Exercise(
        standardize,
        title={"ko": "표준화 (z 점수)", "en": "Standardization (z-scores)"},
        start=START["standardize"],
        outputs=("z",),
        points={"z": 2, "z@constant": 1, "z@new rows": 1},
        cases=(
            literal(
                "three rows by hand",
                {"x": np.array([[1.0, 20.0], [3.0, 20.0], [5.0, 50.0]])},
                expect={"z": [[-1.2247, -0.7071], [0, -0.7071], [1.2247, 1.4142]]},
            ),
            drawn("columns of different size", {"x": derived(_unequal)}, TABLE),
            drawn("a constant column", {"x": derived(_one_constant)}, TABLE, group="constant"),
            drawn("new rows", NEW_ROWS, NEW_DIMS, group="new rows"),
        ),
    ),
    Exercise(
        min_max_scale,
        title={"ko": "최소·최대 정규화", "en": "Min-max scaling"},
        start=START["min_max_scale"],
        outputs=("scaled",),
        points={"scaled": 2, "scaled@constant": 1, "scaled@new rows": 1},
        cases=(
            literal(
                "three rows by hand",
                {"x": np.array([[1.0, 20.0], [3.0, 20.0], [5.0, 50.0]])},
                expect={"scaled": [[0, 0], [0.5, 0], [1, 1]]},
            ),
            drawn("columns of different size", {"x": derived(_unequal)}, TABLE),
            drawn("a constant column", {"x": derived(_one_constant)}, TABLE, group="constant"),
            drawn("new rows", NEW_ROWS, NEW_DIMS, group="new rows"),
        ),
    ),
)

ROWS = (
    Exercise(
        train_val_test_split,
        title={"ko": "훈련·검증·테스트로 나누기", "en": "Training, validation, test"},
        start=START["train_val_test_split"],
        outputs=("sizes", "rows", "shuffled", "labels", "seeded"),
        points={"labels": 2, "seeded": 0, "seeded@seed": 1}
        | {f"{name}@seed": 0 for name in ("sizes", "rows", "shuffled", "labels")},
        properties={
            "rows": Property(
                _each_once,
                says={
                    "ko": "x의 모든 행이 세 데이터 가운데 정확히 한 곳에 있어야 합니다",
                    "en": "every row of x must be in exactly one of the three sets",
                },
                shaped=False,
            ),
            "seeded": Property(
                lambda actual, expected, inputs: list(actual) == list(expected),
                says={
                    "ko": "seed가 같으면 결과가 같고, 다르면 결과도 달라야 합니다",
                    "en": "the same seed must give the same sets, and another seed other sets",
                },
            ),
            "shuffled": Property(
                _spread,
                says={
                    "ko": "행을 나누기 전에 무작위로 섞어야 합니다. 세 데이터 가운데 하나가 x에서 이어진 행들로만 되어 "
                    "있습니다",
                    "en": "the rows must be in random order before they are cut; one of the sets is a run of "
                    "neighboring rows of x",
                },
                shaped=False,
            ),
        },
        unhidden={
            "sizes": "they follow from N and the ratios",
            "rows": "which hidden row is where is found by the probe; any order in which each comes once is right",
            "shuffled": "the same row numbers; any random order is right",
            "seeded@seed": "comparisons of what the student's own function returns",
        },
        cases=(
            literal(
                "rows sorted by label",
                {
                    "x": np.arange(200.0).reshape(100, 2),
                    "t": 1.0 + np.arange(100) // 25,
                    "val_ratio": 0.2,
                    "test_ratio": 0.2,
                    "seed": 7,
                },
                expect={"sizes": [60, 20, 20]},
            ),
            drawn(
                "random",
                {
                    "x": normal("N", "D"),
                    "t": normal("N", gap=0.5),
                    "val_ratio": fixed(0.25),
                    "test_ratio": fixed(0.125),
                    "seed": SEED,
                },
                ({"N": 80, "D": 3}, {"N": 112, "D": 5}),
            ),
            literal(
                "the same seed twice, then another",
                {
                    "x": np.arange(80.0).reshape(40, 2),
                    "t": 1.0 + np.arange(40) // 10,
                    "val_ratio": 0.25,
                    "test_ratio": 0.25,
                    "seed": 3,
                },
                group="seed",
            ),
        ),
    ),
    Exercise(
        minibatches,
        title={"ko": "미니배치", "en": "Mini-batches"},
        start=START["minibatches"],
        outputs=("sizes", "x", "t"),
        points={"sizes@short": 1, "x@short": 1, "t@short": 0},
        unhidden={
            "sizes": "they follow from N and the batch size",
            "sizes@short": "they follow from N and the batch size",
        },
        cases=(
            literal(
                "500 rows, 10 at a time",
                {"x": np.arange(1000.0).reshape(500, 2), "t": np.arange(500) % 7, "batch_size": 10},
                source="S0, batch, epoch, iteration: 50 iterations in an epoch",
                expect={"sizes": [10] * 50},
            ),
            drawn(
                "whole batches",
                {"x": normal("N", "D"), "t": normal("N"), "batch_size": fixed("B")},
                ({"N": 35, "B": 7, "D": 3}, {"N": 55, "B": 11, "D": 2}),
            ),
            literal(
                "1,000 rows, 64 at a time",
                {"x": np.arange(1000.0).reshape(1000, 1), "t": np.arange(1000) % 7, "batch_size": 64},
                group="short",
                source="S0, batch, epoch, iteration: 16 batches",
                expect={"sizes": [64] * 15 + [40]},
            ),
            drawn(
                "a short last batch",
                {"x": normal("N", "D"), "t": normal("N"), "batch_size": fixed("B")},
                ({"N": 36, "B": 7, "D": 3}, {"N": 59, "B": 11, "D": 2}),
                group="short",
            ),
        ),
    ),
)

VERDICTS = {"t": derived(_truth), "y": derived(_verdicts)}
PATIENTS = {
    "y": np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    "t": np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
}


EIGHT = {"y": np.array([1, 1, 1, 0, 0, 0, 0, 0]), "t": np.array([1, 1, 0, 1, 1, 0, 0, 0])}


def _of_counts(probe: Any, title: dict[str, str], values: tuple[float, float], zero: Case) -> Exercise:
    """A metric for two classes; its values for the 8 and the 20 patients, and a case where its denominator is 0."""
    return Exercise(
        probe,
        title=title,
        start=START[probe.__name__],
        outputs=("value",),
        unhidden={"value@zero": "it is 0 by convention, and 1 where every prediction is right, whatever is drawn"},
        cases=(
            literal("8 patients", EIGHT, expect={"value": values[0]}),
            literal("20 patients", PATIENTS, expect={"value": values[1]}),
            drawn("random", VERDICTS, CROWD),
            zero,
            drawn(
                "all right",
                {"t": derived(_truth), "y": derived(lambda rng, dims, earlier: earlier["t"].copy())},
                LIST,
                group="zero",
            ),
        ),
    )


_ILL, _NOT = np.array([1, 0, 1, 0, 0] * 2), np.zeros(10, dtype=int)
NOTHING_FOUND = literal("nothing found", {"y": _NOT, "t": _ILL}, group="zero", expect={"value": 0})
NOBODY_ILL = literal("nobody is ill", {"y": _ILL, "t": _NOT}, group="zero", expect={"value": 0})
NOBODY_HEALTHY = literal("nobody is healthy", {"y": _ILL, "t": _NOT + 1}, group="zero", expect={"value": 0})

LABELLED = {"t": _some_of("C"), "y": derived(_mostly_right)}
ANIMALS = {"y": np.array([0, 2, 1, 0, 0, 2, 2, 0, 1, 1]), "t": np.array([0, 0, 1, 1, 0, 2, 2, 2, 1, 1])}

METRICS = (
    Exercise(
        confusion_matrix,
        title={"ko": "혼동 행렬", "en": "The confusion matrix"},
        start=START["confusion_matrix"],
        outputs=("counts",),
        points={"counts": 2},
        cases=(
            literal(
                "cat, dog, bird",
                ANIMALS | {"num_classes": 3},
                expect={"counts": [[2, 0, 1], [1, 3, 0], [1, 0, 2]]},
            ),
            drawn("random", LABELLED | {"num_classes": fixed("C")}, CLASSES),
            drawn(
                "a class that never occurs",
                LABELLED | {"t": _some_of("C", 1), "num_classes": fixed("C")},
                ({"N": 23, "C": 5}, {"N": 41, "C": 7}),
            ),
        ),
    ),
    Exercise(
        accuracy,
        title={"ko": "정확도", "en": "Accuracy"},
        start=START["accuracy"],
        outputs=("value",),
        cases=(
            literal("cat, dog, bird", ANIMALS, expect={"value": 0.7}),
            drawn("random", LABELLED, CROWD),
        ),
    ),
    _of_counts(precision, {"ko": "정밀도", "en": "Precision"}, (2 / 3, 3 / 4), NOTHING_FOUND),
    _of_counts(recall, {"ko": "재현율 (민감도)", "en": "Recall (sensitivity)"}, (1 / 2, 3 / 5), NOBODY_ILL),
    _of_counts(specificity, {"ko": "특이도", "en": "Specificity"}, (3 / 4, 14 / 15), NOBODY_HEALTHY),
    _of_counts(f1, {"ko": "F1 점수", "en": "The F1 score"}, (4 / 7, 2 / 3), NOTHING_FOUND),
)

SCORES = (
    Exercise(
        roc_curve,
        title={"ko": "ROC 곡선", "en": "The ROC curve"},
        start=START["roc_curve"],
        outputs=("fpr", "tpr", "thresholds"),
        points={"thresholds@ties": 0},
        cases=(
            literal(
                "five scores",
                {"y": np.array([0.9, 0.8, 0.6, 0.4, 0.2]), "t": np.array([1, 1, 0, 1, 0])},
                expect={
                    "fpr": [0, 0, 0, 0.5, 0.5, 1],
                    "tpr": [0, 0.3333, 0.6667, 0.6667, 1, 1],
                    "thresholds": [0.9, 0.8, 0.6, 0.4, 0.2],
                },
            ),
            drawn("random", {"t": derived(_truth), "y": derived(_scores)}, ({"N": 17}, {"N": 29})),
            literal(
                "six scores, two equal",
                {"y": np.array([0.9, 0.7, 0.7, 0.5, 0.3, 0.1]), "t": np.array([1, 1, 0, 0, 1, 0])},
                group="ties",
                expect={"fpr": [0, 0, 0.3333, 0.6667, 0.6667, 1], "tpr": [0, 0.3333, 0.6667, 0.6667, 1, 1]},
            ),
            drawn("equal scores", {"t": derived(_truth), "y": derived(_tied)}, ({"N": 17}, {"N": 29}), group="ties"),
        ),
    ),
    Exercise(
        auc,
        title={"ko": "곡선 아래 넓이 (AUC)", "en": "The area under the curve (AUC)"},
        start=START["auc"],
        outputs=("area",),
        points={"area": 2},
        cases=(
            literal(
                "a stair",
                {"fpr": np.array([0, 0, 0, 0.5, 0.5, 1]), "tpr": np.array([0, 1 / 3, 2 / 3, 2 / 3, 1, 1])},
                expect={"area": 5 / 6},
            ),
            drawn(
                "with slanted pieces",
                {"fpr": derived(_rising), "tpr": derived(_rising)},
                ({"K": 5}, {"K": 11}),
            ),
        ),
    ),
)

SLIDE = {"y": np.array([11.0, 19.0, 30.0, 43.0, 47.0]), "t": np.array([10.0, 20.0, 30.0, 40.0, 50.0])}
SOURCE = "S0, cost function for numbers"
BOTH = {"t": normal("N", "D", scale=2.0, shift=1.0), "y": normal("N", "D", scale=2.0)}


def _of_errors(probe: Any, title: dict[str, str], value: float) -> Exercise:
    """A mean over every entry; ``value`` for the table of the slide."""
    return Exercise(
        probe,
        title=title,
        start=START[probe.__name__],
        outputs=("value",),
        cases=(
            literal("table of the slide", SLIDE, source=SOURCE, expect={"value": value}),
            drawn("two columns", BOTH, TABLE),
        ),
    )


NUMBERS = (
    _of_errors(mse, {"ko": "평균 제곱 오차 (MSE)", "en": "Mean squared error (MSE)"}, 4),
    _of_errors(rmse, {"ko": "평균 제곱근 오차 (RMSE)", "en": "Root mean squared error (RMSE)"}, 2),
    _of_errors(mae, {"ko": "평균 절대 오차 (MAE)", "en": "Mean absolute error (MAE)"}, 1.6),
    Exercise(
        mape,
        title={"ko": "평균 절대 비율 오차 (MAPE)", "en": "Mean absolute percentage error (MAPE)"},
        start=START["mape"],
        outputs=("value",),
        points={"value": 2},
        cases=(
            literal("table of the slide", SLIDE, source=SOURCE, expect={"value": 5.7}),
            drawn("random", {"t": derived(_away_from_zero), "y": derived(_near)}, LIST),
        ),
    ),
    Exercise(
        r2_score,
        title={"ko": "결정 계수 (R²)", "en": "The coefficient of determination (R²)"},
        start=START["r2_score"],
        outputs=("value",),
        points={"value": 2},
        scale={"value": lambda inputs: 1.0},  # it may be near 0
        cases=(
            literal("table of the slide", SLIDE, source=SOURCE, expect={"value": 0.98}),
            drawn("random", {"t": normal("N", scale=3.0, shift=5.0), "y": derived(_near)}, LIST),
            drawn("worse than the mean", {"t": normal("N", scale=3.0, shift=5.0), "y": derived(_opposed)}, LIST),
        ),
    ),
)

DISTRIBUTIONS = (
    Exercise(
        cross_entropy,
        title={"ko": "교차 엔트로피 오차", "en": "Cross-entropy"},
        start=START["cross_entropy"],
        outputs=("value",),
        points={"value": 2, "value@zeros": 1},
        cases=(
            literal(
                "table of the slide",
                {
                    "y": np.array([[0.3, 0.2, 0.5], [0.1, 0.8, 0.1], [0.6, 0.2, 0.2], [0.1, 0.5, 0.4]]),
                    "t": np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]),
                },
                source="S0, cost function for classes",
                expect={"value": 2.85},
                digits=2,
            ),
            drawn("random", {"y": probabilities("N", "K"), "t": probabilities("N", "K")}, ROWS_OF),
            drawn(
                "with zeros",
                {"t": one_hot_rows("N", "K"), "y": derived(_never_the_true_class)},
                ROWS_OF,
                group="zeros",
            ),
        ),
    ),
    Exercise(
        kl_divergence,
        title={"ko": "쿨백·라이블러 발산", "en": "Kullback–Leibler divergence"},
        start=START["kl_divergence"],
        outputs=("value",),
        points={"value": 2, "value@zeros": 1},
        scale={"value": lambda inputs: 1.0},  # its terms cancel
        cases=(
            literal(
                "half, quarter, quarter",
                {"p": np.array([0.5, 0.25, 0.25]), "q": np.array([0.25, 0.25, 0.5])},
                expect={"value": 0.25 * np.log(2)},
            ),
            drawn("random", {"p": probabilities("K"), "q": probabilities("K")}, ({"K": 5}, {"K": 11})),
            drawn(
                "with zeros",
                {"p": derived(_two_zeros), "q": derived(_zero_beside)},
                ({"K": 5}, {"K": 11}),
                group="zeros",
            ),
        ),
    ),
)

EXERCISES = (*TENSORS, *COLUMNS, *ROWS, *METRICS, *SCORES, *NUMBERS, *DISTRIBUTIONS)
