"""How the exercises of u03_regression are called, on which inputs, and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from graders.spec import (
    Exercise,
    Gradient,
    Property,
    Unit,
    derived,
    drawn,
    labels,
    literal,
    normal,
    uniform,
)

UNIT = Unit(
    title={"ko": "회귀, 이웃, 결정 트리", "en": "Regression, neighbors and trees"},
    imports=("numpy", "collections", "math"),
    forbids=(
        *("torch.*", "tensorflow.*", "jax.*", "keras.*", "sklearn.*", "scipy.*", "autograd.*", "cupy.*"),
        *("numpy.linalg.lstsq", "numpy.polyfit", "numpy.polynomial.*"),
    ),
    cases={
        "random": "무작위 값",
        "first table, X1 alone": "첫째 표, X1만",
        "first table": "첫째 표",
        "second table": "둘째 표",
        "used cars": "중고차 표",
        "Y twice X": "X의 두 배인 Y",
        "the car asked for as the origin": "가격을 묻는 차를 원점으로",
        "price by mileage": "주행거리와 가격",
        "price by power": "마력과 가격",
        "from the origin": "(0, 0)에서 출발",
        "four students": "학생 네 명",
        "all probabilities one half": "확률이 모두 ½",
        "one step": "한 번 갱신",
        "stable": "수치 안정성",
        "plus and minus 1000": "±1000",
        "three, four, five": "3, 4, 5",
        "five points on a line": "직선 위의 다섯 점",
        "two clusters": "군집 두 개",
        "empty": "빈 군집",
        "empty cluster": "빈 군집",
        "integers": "정수 중심",
        "two clusters, integers": "군집 두 개, 정수",
        "integer centers": "정수 중심",
        "half and half": "반반",
        "three classes": "세 클래스",
        "gaps between the labels": "사이가 빈 레이블",
        "one on the wrong side": "한 점만 반대쪽",
        "threshold on a value": "임계값과 같은 값",
        "edge": "경계",
        "repeats": "같은 값",
        "repeated values": "같은 값이 여러 번",
        "first gap": "첫째 틈",
        "last gap": "마지막 틈",
        "second feature": "둘째 특징",
        "three models": "모델 세 개",
    },
    minutes=150,
    after=("u01_perceptron", "u02_data_metrics"),
)

Outputs = Iterator[tuple[str, object]]
Dims = Mapping[str, int]
Earlier = Mapping[str, Any]

# How to begin, while nothing is written.
START = {
    "predict_line": {
        "en": "Begin with one x: how high is the line there? The same expression then works for the whole array.",
        "ko": "x 하나부터 생각하세요. 그곳에서 직선의 높이는 얼마인가요? 같은 식이 배열 전체에도 통합니다.",
    },
    "simple_least_squares": {
        "en": "Begin with the two means, and with how far every x and every y lies from its mean.",
        "ko": "두 평균부터 구하세요. 그다음 x와 y가 저마다 평균에서 얼마나 떨어져 있는지 구합니다.",
    },
    "correlation": {
        "en": "Begin as you did for the slope: the deviations from the means and the sum of their products.",
        "ko": "기울기를 구할 때처럼 시작하세요. 평균과의 차이를 구하고, 그 곱을 모두 더합니다.",
    },
    "cost_gradient": {
        "en": "Begin with the residuals, one for each point. All three results are sums made from them.",
        "ko": "점마다 잔차부터 구하세요. 세 결과는 모두 잔차로 만든 합입니다.",
    },
    "gradient_step": {
        "en": "Begin by calling cost_gradient. In which direction does C fall?",
        "ko": "cost_gradient를 호출하는 데서 시작하세요. C는 어느 쪽으로 갈 때 줄어드나요?",
    },
    "design_matrix": {
        "en": "Begin with a column of ones that has as many rows as X, then put it to the left of X.",
        "ko": "행의 수가 X와 같은 1의 열을 만들고, X의 왼쪽에 붙이세요.",
    },
    "linear_regression": {
        "en": "Write the normal equations down with their shapes: which matrix is (D, D), which vector is (D,)?",
        "ko": "정규방정식을 형상과 함께 적어 보세요. (D, D)인 행렬은 무엇이고, (D,)인 벡터는 무엇인가요?",
    },
    "predict_proba": {
        "en": "Begin with the scores, one number per row. Then the sigmoid of each; ±1000 comes last.",
        "ko": "행마다 하나씩 점수를 구하세요. 그다음 시그모이드를 적용합니다. ±1000은 마지막에 다루세요.",
    },
    "log_loss": {
        "en": "Begin with one row of class 1, then one of class 0. Large scores come last.",
        "ko": "클래스 1인 행 하나, 그다음 클래스 0인 행 하나의 손실부터 구하세요. 큰 점수는 마지막에 다루세요.",
    },
    "log_loss_gradient": {
        "en": "Begin with the error p − y of every row. How much did each column of X contribute to the row's score?",
        "ko": "행마다 오차 p − y부터 구하세요. X의 각 열은 그 행의 점수에 얼마나 기여했나요?",
    },
    "squared_error_gradient": {
        "en": "Begin with C alone. For its gradient take one row, and go from C to p, from p to the score, from the "
        "score to w.",
        "ko": "C부터 구하세요. 기울기는 행 하나를 놓고 C에서 p로, p에서 점수로, 점수에서 w로 차례로 따라가세요.",
    },
    "logistic_regression": {
        "en": "Begin with w of zeros and one step. Then repeat the step.",
        "ko": "0으로 채운 w에서 한 번 갱신하는 것부터 쓰고, 그 갱신을 반복하세요.",
    },
    "distances": {
        "en": "Begin with two loops over the rows of A and B, and one distance. Broadcasting can replace the loops "
        "later.",
        "ko": "A의 행과 B의 행을 도는 반복문 두 개로 거리 하나씩 구하세요. 나중에 브로드캐스팅으로 바꿀 수 있습니다.",
    },
    "knn_predict": {
        "en": "Begin with one row of X: its distances to all training points, the k nearest, and their classes.",
        "ko": "X의 행 하나로 시작하세요. 학습 데이터까지의 거리, 가장 가까운 k개, 그 클래스 순서로 구합니다.",
    },
    "assign_clusters": {
        "en": "Begin with the table of distances from every row to every center.",
        "ko": "모든 행에서 모든 중심까지의 거리 표에서 시작하세요.",
    },
    "kmeans_step": {
        "en": "Begin with the labels. Then take one cluster: which rows belong to it, and where is their middle?",
        "ko": "레이블부터 구하세요. 그다음 군집 하나를 골라, 어느 행이 속하고 그 한가운데가 어디인지 구합니다.",
    },
    "gini": {
        "en": "Begin with the share of each class. How likely are two random draws to have the same class?",
        "ko": "클래스마다 비율부터 구하세요. 무작위로 두 번 뽑을 때 같은 클래스일 확률은 얼마인가요?",
    },
    "split_gini": {
        "en": "Begin with the rows that go to the left, as an array of True and False.",
        "ko": "왼쪽으로 가는 행을 True와 False의 배열로 나타내는 데서 시작하세요.",
    },
    "best_split": {
        "en": "Begin with the candidates: the different values of x in order, and the middle of every two neighbors.",
        "ko": "후보부터 만드세요. x의 서로 다른 값을 순서대로 놓고, 이웃한 두 값의 한가운데를 구합니다.",
    },
    "fit_stump": {
        "en": "Begin with the best split of every single feature. Which of them has the smallest impurity?",
        "ko": "특징마다 가장 좋은 분할을 구하는 데서 시작하세요. 그 가운데 불순도가 가장 작은 것은 무엇인가요?",
    },
    "stump_predict": {
        "en": "Begin by unpacking the four numbers of the stump and comparing one column of X with the threshold.",
        "ko": "결정 그루터기의 수 네 개를 풀고, X의 열 하나를 임계값과 비교하세요.",
    },
    "bootstrap_sample": {
        "en": "Begin by drawing row numbers, not rows: N numbers from 0 to N − 1, repeats allowed.",
        "ko": "행이 아니라 행 번호를 뽑으세요. 0부터 N − 1까지에서 N개를 뽑으며, 같은 번호가 또 나와도 됩니다.",
    },
    "bagging_vote": {
        "en": "Begin with one column of votes: how often does each label occur?",
        "ko": "표의 열 하나에서 시작하세요. 레이블마다 몇 표를 받았나요?",
    },
}

POINTS = ({"N": 7}, {"N": 11})
TABLE = ({"N": 11, "D": 3}, {"N": 13, "D": 5})


def _number(low: float, high: float) -> Any:
    return derived(lambda rng, dims, earlier: float(rng.uniform(low, high)))


# --- a line -----------------------------------------------------------------------------------------------------------


def predict_line(student: Any, x: Any, w0: Any, w1: Any) -> Outputs:
    """The heights of a line."""
    yield "y", student.predict_line(x, w0, w1)


def simple_least_squares(student: Any, x: Any, y: Any) -> Outputs:
    """Intercept and slope of the best line."""
    w0, w1 = student.simple_least_squares(x, y)
    yield "w0", w0
    yield "w1", w1


def correlation(student: Any, x: Any, y: Any) -> Outputs:
    """The correlation coefficient."""
    yield "r", student.correlation(x, y)


def cost_gradient(student: Any, x: Any, y: Any, w0: Any, w1: Any) -> Outputs:
    """The sum of squared residuals and its slopes."""
    cost, dw0, dw1 = student.cost_gradient(x, y, w0, w1)
    yield "cost", cost
    yield "dw0", dw0
    yield "dw1", dw1


def gradient_step(student: Any, x: Any, y: Any, w0: Any, w1: Any, lr: Any) -> Outputs:
    """One step downhill."""
    new0, new1 = student.gradient_step(x, y, w0, w1, lr)
    yield "new_w0", new0
    yield "new_w1", new1


def _slope_size(inputs: Mapping[str, Any], power: int) -> float:
    """How large the sum in a slope of the cost is without cancellation."""
    x, y = inputs["x"], inputs["y"]
    sizes = np.abs(y) + abs(inputs["w0"]) + np.abs(inputs["w1"] * x)
    return float(2 * np.sum(sizes * np.abs(x) ** power))


# Kilometres in 10,000, horsepower in 100, cubic centimetres in 1,000, price in 1,000: columns of comparable size.
CARS = np.array(
    [
        [4.6986, 0.90, 2.0, 13.50],
        [1.9700, 1.92, 1.8, 21.50],
        [7.1138, 0.69, 1.9, 12.95],
        [3.1461, 1.92, 1.8, 20.95],
        [4.3610, 1.92, 1.8, 19.95],
        [2.1716, 1.10, 1.6, 17.95],
        [2.5563, 1.10, 1.6, 16.75],
        [6.4359, 1.10, 1.6, 16.95],
        [4.3905, 1.10, 1.6, 16.95],
        [5.6349, 1.10, 1.6, 15.95],
        [0.9750, 0.97, 1.4, 12.95],
        [2.7500, 0.97, 1.4, 14.75],
        [7.9375, 0.90, 2.0, 17.95],
        [7.9375, 0.97, 2.0, 15.80],
        [7.5048, 0.97, 1.4, 15.80],
    ]
)
ASKED = np.array([13.2151, 1.10, 1.6])
KM, POWER, PRICE = CARS[:, 0], CARS[:, 1], CARS[:, 3]
FIRST = np.array([2.0, 4.0, 6.0, 8.0])
SECOND = np.array([6.0, 9.5, 13.0, 16.5])
ROWS = np.array([[0.0, 2.0], [1.0, 3.0], [2.0, 4.0], [3.0, 5.0]])
LINE = {"x": normal("N", scale=1.5, shift=2.0), "y": normal("N", scale=2.0, shift=-1.0)}
GUESS = {"w0": _number(0.5, 2.0), "w1": _number(-2.0, -0.5)}
CAR_SOURCE = "S0, used-car table (15 cars)"
TABLE_SOURCE = "S0, table of X and Y"

LINES = (
    Exercise(
        predict_line,
        title={"ko": "직선의 높이", "en": "The height of a line"},
        start=START["predict_line"],
        outputs=("y",),
        cases=(
            literal(
                "first table, X1 alone",
                {"x": ROWS[:, 0], "w0": 2.0, "w1": 2.0},
                source=TABLE_SOURCE,
                expect={"y": [2.0, 4.0, 6.0, 8.0]},
            ),
            drawn("random", {"x": LINE["x"], **GUESS}, POINTS),
        ),
    ),
    Exercise(
        simple_least_squares,
        title={"ko": "최소제곱 직선", "en": "The least-squares line"},
        start=START["simple_least_squares"],
        outputs=("w0", "w1"),
        points={"w1": 2},
        scale={
            "w0": lambda inputs: float(np.abs(inputs["y"]).max()),
            "w1": lambda inputs: float(np.ptp(inputs["y"]) / np.ptp(inputs["x"])),
        },
        cases=(
            literal(
                "first table, X1 alone",
                {"x": ROWS[:, 0], "y": FIRST},
                source=TABLE_SOURCE,
                expect={"w0": 2.0, "w1": 2.0},
            ),
            literal(
                "Y twice X",
                {"x": ROWS[:, 0], "y": 2 * ROWS[:, 0]},
                source=f"{TABLE_SOURCE} (X = 0, 1, 2, 3 and Y = 0, 2, 4, 6)",
                expect={"w0": 0.0, "w1": 2.0},
            ),
            literal(
                "price by mileage",
                {"x": KM, "y": PRICE},
                source=CAR_SOURCE,
                expect={"w0": 17.7359, "w1": -0.2212},
            ),
            drawn("random", LINE, POINTS),
        ),
    ),
    Exercise(
        correlation,
        title={"ko": "상관계수", "en": "The correlation coefficient"},
        start=START["correlation"],
        outputs=("r",),
        points={"r": 2},
        forbids=("numpy.corrcoef",),
        scale={"r": lambda inputs: 1.0},
        cases=(
            literal("price by mileage", {"x": KM, "y": PRICE}, source=CAR_SOURCE, expect={"r": -0.1951}),
            literal("price by power", {"x": POWER, "y": PRICE}, source=CAR_SOURCE, expect={"r": 0.8688}),
            drawn("random", LINE, POINTS),
        ),
    ),
    Exercise(
        cost_gradient,
        title={"ko": "비용과 기울기", "en": "The cost and its slopes"},
        start=START["cost_gradient"],
        outputs=("cost", "dw0", "dw1"),
        scale={"dw0": lambda inputs: _slope_size(inputs, 0), "dw1": lambda inputs: _slope_size(inputs, 1)},
        cases=(
            literal(
                "from the origin",
                {"x": ROWS[:, 0], "y": FIRST, "w0": 0.0, "w1": 0.0},
                source=TABLE_SOURCE,
                expect={"cost": 120.0, "dw0": -40.0, "dw1": -80.0},
            ),
            drawn("random", {**LINE, **GUESS}, POINTS),
        ),
    ),
    Exercise(
        gradient_step,
        title={"ko": "한 번 내려가기", "en": "One step downhill"},
        start=START["gradient_step"],
        outputs=("new_w0", "new_w1"),
        scale={
            "new_w0": lambda inputs: inputs["lr"] * _slope_size(inputs, 0),
            "new_w1": lambda inputs: inputs["lr"] * _slope_size(inputs, 1),
        },
        after=("cost_gradient",),
        cases=(
            literal(
                "from the origin",
                {"x": ROWS[:, 0], "y": FIRST, "w0": 0.0, "w1": 0.0, "lr": 0.01},
                source=TABLE_SOURCE,
                expect={"new_w0": 0.4, "new_w1": 0.8},
            ),
            drawn("random", {**LINE, **GUESS, "lr": _number(0.01, 0.05)}, POINTS),
        ),
    ),
)


# --- several inputs ---------------------------------------------------------------------------------------------------


def design_matrix(student: Any, X: Any) -> Outputs:
    """X with a column of ones before it."""
    yield "Z", student.design_matrix(X)


def linear_regression(student: Any, X: Any, y: Any) -> Outputs:
    """The weights of the normal equations."""
    yield "w", student.linear_regression(X, y)


SEVERAL = (
    Exercise(
        design_matrix,
        title={"ko": "1의 열", "en": "A column of ones"},
        start=START["design_matrix"],
        outputs=("Z",),
        cases=(
            literal(
                "first table",
                {"X": ROWS},
                source=TABLE_SOURCE,
                expect={"Z": [[1, 0, 2], [1, 1, 3], [1, 2, 4], [1, 3, 5]]},
            ),
            drawn("random", {"X": normal("N", "D")}, TABLE),
        ),
    ),
    Exercise(
        linear_regression,
        title={"ko": "정규방정식", "en": "The normal equations"},
        start=START["linear_regression"],
        outputs=("w",),
        points={"w": 3},
        cases=(
            literal("first table", {"X": ROWS, "y": FIRST}, source=TABLE_SOURCE, expect={"w": [1.0, 1.0]}),
            literal(
                "second table",
                {"X": ROWS, "y": SECOND},
                source=f"{TABLE_SOURCE} (its column X2 corrected: 2, 3, 4, 5)",
                expect={"w": [0.5, 3.0]},
            ),
            literal(
                "used cars",
                {"X": np.hstack([np.ones((15, 1)), CARS[:, :3]]), "y": PRICE},
                source=CAR_SOURCE,
                expect={"w": [8.1281, 0.2136, 6.2805, 0.1231]},
            ),
            literal(  # measured from this car, its price is the intercept
                "the car asked for as the origin",
                {"X": np.hstack([np.ones((15, 1)), CARS[:, :3] - ASKED]), "y": PRICE},
                source="S0, the car whose price is asked for (132,151 km, 110 hp, 1,600 cc)",
                expect={"w": [18.0566, 0.2136, 6.2805, 0.1231]},
            ),
            drawn("random", {"X": normal("N", "D", shift=0.5), "y": normal("N", shift=1.0)}, TABLE),
        ),
        float32={"w": 1e-3},  # the condition of XᵀX, 3,000 for the cars
    ),
)


# --- a probability ----------------------------------------------------------------------------------------------------


def predict_proba(student: Any, X: Any, w: Any) -> Outputs:
    """The probability of class 1."""
    yield "p", student.predict_proba(X, w)


def log_loss(student: Any, X: Any, y: Any, w: Any) -> Outputs:
    """The mean log loss."""
    yield "loss", student.log_loss(X, y, w)


def log_loss_gradient(student: Any, X: Any, y: Any, w: Any) -> Outputs:
    """Its gradient."""
    yield "grad", student.log_loss_gradient(X, y, w)


def squared_error_gradient(student: Any, X: Any, y: Any, w: Any) -> Outputs:
    """The sum of squared errors of the probabilities and its gradient."""
    cost, grad = student.squared_error_gradient(X, y, w)
    yield "cost", cost
    yield "grad", grad


def logistic_regression(student: Any, X: Any, y: Any, lr: Any, steps: Any) -> Outputs:
    """The weights after some steps."""
    yield "w", student.logistic_regression(X, y, lr, steps)


def _answers(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """0 and 1 in random order; about three of five are 1."""
    return np.asarray(rng.permutation(np.arange(dims["N"]) % 5 < 3).astype(np.int64))


def _far_rows(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Rows whose scores for w = ±1 are moderate, about +1000 and about −1000, in turn; exact in float32."""
    X = np.round(rng.uniform(-1, 1, (dims["N"], dims["D"])) * 256) / 256
    X[1::3, 0] += 1000 * earlier["w"][0]
    X[2::3, 0] -= 1000 * earlier["w"][0]
    return np.asarray(X)


SIGNS = derived(lambda rng, dims, _: rng.choice([-1.0, 1.0], dims["D"]))
ANSWERS = derived(_answers)
STUDENTS = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
PASSED = np.array([0, 0, 1, 1])
CLASSIFIED = {"X": normal("N", "D"), "y": ANSWERS, "w": normal("D", scale=0.7)}
FAR = drawn("plus and minus 1000", {"w": SIGNS, "X": derived(_far_rows)}, TABLE, group="stable")
FAR_CLASSIFIED = drawn(
    "plus and minus 1000", {"w": SIGNS, "X": derived(_far_rows), "y": ANSWERS}, TABLE, group="stable"
)
W = np.array([-3.0, 2.0])

PROBABILITIES = (
    Exercise(
        predict_proba,
        title={"ko": "확률", "en": "A probability"},
        start=START["predict_proba"],
        outputs=("p",),
        points={"p": 2, "p@stable": 1},
        cases=(
            literal(
                "four students",
                {"X": STUDENTS, "w": W},
                expect={"p": [0.0474, 0.2689, 0.7311, 0.9526]},
            ),
            drawn("random", {"X": normal("N", "D"), "w": normal("D")}, TABLE),
            FAR,
        ),
    ),
    Exercise(
        log_loss,
        title={"ko": "로그 손실", "en": "The log loss"},
        start=START["log_loss"],
        outputs=("loss",),
        points={"loss": 2, "loss@stable": 1},
        cases=(
            literal(
                "all probabilities one half",
                {"X": STUDENTS, "y": PASSED, "w": np.zeros(2)},
                expect={"loss": 0.6931},
            ),
            literal("four students", {"X": STUDENTS, "y": PASSED, "w": W}, expect={"loss": 0.1809}),
            drawn("random", CLASSIFIED, TABLE),
            FAR_CLASSIFIED,
        ),
    ),
    Exercise(
        log_loss_gradient,
        title={"ko": "로그 손실의 기울기", "en": "The gradient of the log loss"},
        start=START["log_loss_gradient"],
        outputs=("grad",),
        points={"grad": 3},
        cases=(
            literal(
                "all probabilities one half",
                {"X": STUDENTS, "y": PASSED, "w": np.zeros(2)},
                expect={"grad": [0.0, -0.5]},
            ),
            literal("four students", {"X": STUDENTS, "y": PASSED, "w": W}, expect={"grad": [0.0, -0.1028]}),
            drawn("random", CLASSIFIED, TABLE),
        ),
    ),
    Exercise(
        squared_error_gradient,
        title={"ko": "확률의 제곱 오차", "en": "The squared error of probabilities"},
        start=START["squared_error_gradient"],
        outputs=("cost", "grad"),
        points={"grad": 2},
        gradients={"grad": Gradient(of="cost", wrt="w")},
        cases=(
            literal(
                "all probabilities one half",
                {"X": STUDENTS, "y": PASSED, "w": np.zeros(2)},
                source="S0, objective of the logistic regression",
                expect={"cost": 1.0, "grad": [0.0, -1.0]},
            ),
            drawn("random", CLASSIFIED, TABLE),
        ),
    ),
    Exercise(
        logistic_regression,
        title={"ko": "로지스틱 회귀", "en": "Logistic regression"},
        start=START["logistic_regression"],
        outputs=("w",),
        points={"w": 2},
        after=("log_loss_gradient",),
        cases=(
            literal(
                "one step",
                {"X": STUDENTS, "y": PASSED, "lr": 1.0, "steps": 1},
                expect={"w": [0.0, 0.5]},
            ),
            drawn(
                "random",
                {
                    "X": normal("N", "D", shift=0.3),
                    "y": ANSWERS,
                    "lr": _number(0.4, 0.9),
                    "steps": derived(lambda rng, dims, _: int(rng.integers(5, 12))),
                },
                TABLE,
            ),
        ),
    ),
)


# --- neighbors and clusters -------------------------------------------------------------------------------------------


def distances(student: Any, A: Any, B: Any) -> Outputs:
    """The table of distances."""
    yield "distances", student.distances(A, B)


def knn_predict(student: Any, X_train: Any, y_train: Any, X: Any, k: Any) -> Outputs:
    """The class of every query."""
    yield "labels", student.knn_predict(X_train, y_train, X, k)


def assign_clusters(student: Any, X: Any, centers: Any) -> Outputs:
    """The number of every row's center."""
    yield "labels", student.assign_clusters(X, centers)


def kmeans_step(student: Any, X: Any, centers: Any) -> Outputs:
    """Labels and new centers, of the second call with the same centers: the first must not have moved them."""
    student.kmeans_step(X, centers)
    found, new_centers = student.kmeans_step(X, centers)
    yield "labels", found
    yield "centers", new_centers


def _apart(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(((A[:, None] - B) ** 2).sum(axis=2)))


def _clear_queries(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Points whose k nearest neighbors are clear and agree on one class by at least one vote."""
    X_train, y_train, k = earlier["X_train"], earlier["y_train"], earlier["k"]
    kept: list[np.ndarray] = []
    while len(kept) < dims["M"]:
        query = rng.standard_normal(dims["D"])
        far = _apart(query[None], X_train)[0]
        order = far.argsort()
        votes = np.sort(np.bincount(y_train[order[:k]], minlength=dims["C"]))
        if votes[-1] > votes[-2] and far[order[k]] - far[order[k - 1]] > 1e-3:
            kept.append(query)
    return np.array(kept)


def _filled_centers(rng: np.random.Generator, dims: Dims, earlier: Earlier, whole: bool = False) -> np.ndarray:
    """Centers of which each has at least two rows that are clearly its own."""
    X = earlier["X"]
    while True:
        centers = rng.standard_normal((dims["K"], dims["D"]))
        if whole:
            centers = np.round(centers).astype(np.int64)
        far = np.sort(_apart(X, centers), axis=1)
        counts = np.bincount(_apart(X, centers).argmin(axis=1), minlength=dims["K"])
        if counts.min() >= 2 and (far[:, 1] - far[:, 0]).min() > 1e-3:
            return np.asarray(centers)


def _integer_centers(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Such centers, of whole numbers in an array of integers."""
    return _filled_centers(rng, dims, earlier, whole=True)


def _one_empty(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """As above, but one center is so far away that no row is near it."""
    centers = _filled_centers(rng, dims, earlier)
    centers[rng.integers(dims["K"])] += rng.choice([-30.0, 30.0], dims["D"])
    return centers


NEIGHBORS = ({"N": 31, "M": 43, "D": 3, "K": 5, "C": 3}, {"N": 41, "M": 37, "D": 5, "K": 7, "C": 4})
CLUSTERS = ({"N": 31, "K": 3, "D": 5}, {"N": 37, "K": 5, "D": 3})
BLOBS = np.array([[1.0, 1.0], [2.0, 1.0], [1.0, 2.0], [5.0, 5.0], [6.0, 5.0], [4.0, 4.0]])

NEAREST = (
    Exercise(
        distances,
        title={"ko": "거리 표", "en": "A table of distances"},
        start=START["distances"],
        outputs=("distances",),
        points={"distances": 2},
        cases=(
            literal(
                "three, four, five",
                {"A": np.array([[0.0, 0.0], [3.0, 0.0]]), "B": np.array([[3.0, 4.0], [0.0, 0.0], [3.0, 0.0]])},
                expect={"distances": [[5.0, 0.0, 3.0], [4.0, 3.0, 0.0]]},
            ),
            drawn(
                "random",
                {"A": normal("M", "D"), "B": normal("N", "D")},
                ({"M": 7, "N": 11, "D": 3}, {"M": 5, "N": 3, "D": 7}),
            ),
        ),
        float32={"distances": 1e-3},  # |a|² + |b|² − 2ab cancels
        tolerance={"distances": 1e-6},
    ),
    Exercise(
        knn_predict,
        title={"ko": "k-최근접 이웃", "en": "The k nearest neighbors"},
        start=START["knn_predict"],
        outputs=("labels",),
        points={"labels": 3},
        after=("distances",),
        cases=(
            literal(
                "five points on a line",
                {
                    "X_train": np.array([[0.0], [1.0], [2.0], [3.5], [9.0]]),
                    "y_train": np.array([0, 0, 1, 1, 1]),
                    "X": np.array([[1.6], [3.0], [-1.0]]),
                    "k": 3,
                },
                expect={"labels": [0, 1, 0]},
            ),
            drawn(
                "random",
                {
                    "X_train": normal("N", "D"),
                    "y_train": labels("N", classes="C"),
                    "k": derived(lambda rng, dims, _: dims["K"]),
                    "X": derived(_clear_queries),
                },
                NEIGHBORS,
            ),
        ),
    ),
    Exercise(
        assign_clusters,
        title={"ko": "가장 가까운 중심", "en": "The nearest center"},
        start=START["assign_clusters"],
        outputs=("labels",),
        after=("distances",),
        cases=(
            literal(
                "two clusters",
                {"X": BLOBS, "centers": np.array([[1.0, 1.0], [2.0, 2.0]])},
                expect={"labels": [0, 0, 0, 1, 1, 1]},
            ),
            drawn("random", {"X": normal("N", "D"), "centers": derived(_filled_centers)}, CLUSTERS),
        ),
    ),
    Exercise(
        kmeans_step,
        title={"ko": "k-평균의 한 단계", "en": "One step of k-means"},
        start=START["kmeans_step"],
        outputs=("labels", "centers"),
        points={"centers": 2, "labels@empty": 0, "centers@empty": 1, "labels@integers": 0, "centers@integers": 1},
        after=("assign_clusters",),
        cases=(
            literal(
                "two clusters",
                {"X": BLOBS, "centers": np.array([[1.0, 1.0], [2.0, 3.0]])},
                expect={"labels": [0, 0, 0, 1, 1, 1], "centers": [[1.3333, 1.3333], [5.0, 4.6667]]},
            ),
            drawn("random", {"X": normal("N", "D"), "centers": derived(_filled_centers)}, CLUSTERS),
            drawn("empty cluster", {"X": normal("N", "D"), "centers": derived(_one_empty)}, CLUSTERS, group="empty"),
            literal(
                "two clusters, integers",
                {"X": BLOBS.astype(np.int64), "centers": np.array([[1, 1], [2, 3]])},
                group="integers",
                expect={"labels": [0, 0, 0, 1, 1, 1], "centers": [[1.3333, 1.3333], [5.0, 4.6667]]},
            ),
            drawn(
                "integer centers",
                {"X": normal("N", "D"), "centers": derived(_integer_centers)},
                CLUSTERS,
                group="integers",
            ),
        ),
    ),
)


# --- trees ------------------------------------------------------------------------------------------------------------


def gini(student: Any, y: Any) -> Outputs:
    """The impurity of labels."""
    yield "impurity", student.gini(y)


def split_gini(student: Any, x: Any, y: Any, threshold: Any) -> Outputs:
    """The impurity after a split."""
    yield "impurity", student.split_gini(x, y, threshold)


def best_split(student: Any, x: Any, y: Any) -> Outputs:
    """The best threshold of one feature and its impurity."""
    threshold, impurity = student.best_split(x, y)
    yield "threshold", threshold
    yield "impurity", impurity


def fit_stump(student: Any, X: Any, y: Any) -> Outputs:
    """The best split of all features and the label of each side."""
    feature, threshold, left, right = student.fit_stump(X, y)
    yield "feature", feature
    yield "threshold", threshold
    yield "left", left
    yield "right", right


def stump_predict(student: Any, stumps: Any, X: Any) -> Outputs:
    """The labels that some stumps give, a row for each."""
    given = []
    for feature, threshold, left, right in stumps.tolist():
        answer = student.stump_predict((int(feature), threshold, int(left), int(right)), X)
        if answer is None:  # said of the function, not of a row of the table
            yield "labels", answer
            return
        given.append(answer)
    yield "labels", np.array(given)


def _impurities(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The impurity after a split in every gap between different values of x."""
    hot = np.eye(int(y.max()) + 1)[y]
    found = []
    for value in np.unique(x)[:-1]:
        sides = (hot[x <= value], hot[x > value])
        found.append(sum(len(side) * (1 - (side.mean(axis=0) ** 2).sum()) for side in sides) / len(y))
    return np.array(found)


def _clear(values: np.ndarray) -> bool:
    """Whether the smallest is smaller than all others by more than rounding."""
    order = np.sort(values)
    return bool(order[1] - order[0] > 1e-3)


def _most(y: np.ndarray) -> bool:
    """Whether one label is more common than every other one."""
    counts = np.sort(np.bincount(y, minlength=2))
    return bool(counts[-1] > counts[-2])


def _repeated(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """Seven different numbers, each several times."""
    return np.asarray(rng.standard_normal(7)[rng.permutation(dims["N"]) % 7])


def _split_labels(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Labels that follow x loosely and have exactly one best split."""
    x = earlier["x"]
    while True:
        edge = rng.uniform(*np.quantile(x, (0.25, 0.75)))
        y = np.where(rng.random(dims["N"]) < 0.75, x <= edge, rng.integers(0, dims["C"], dims["N"])).astype(np.int64)
        if y.max() > 0 and _clear(_impurities(x, y)):
            return np.asarray(y)


def _tempting_labels(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Such labels, for which a cut between equal values of x would look best."""
    x = earlier["x"]
    while True:
        y = _split_labels(rng, dims, earlier)
        in_order = y[np.argsort(x, kind="stable")]
        if _impurities(np.arange(len(x)), in_order).min() < _impurities(x, y).min() - 1e-3:
            return np.asarray(y)


def _stump_labels(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Labels with exactly one best feature, one best split of it, and one most common label on each side."""
    X = earlier["X"]
    while True:
        names = rng.permutation(dims["C"])  # sides of any two labels
        y = names[_split_labels(rng, dims, {"x": X[:, rng.integers(dims["D"])]})]
        tables = [_impurities(X[:, d], y) for d in range(dims["D"])]
        lowest = np.array([table.min() for table in tables])
        best = lowest.argmin()
        left = X[:, best] <= np.unique(X[:, best])[tables[best].argmin()]
        if np.diff(np.sort(lowest)[:2])[0] > 1e-3 and _clear(tables[best]) and _most(y[left]) and _most(y[~left]):
            return np.asarray(y)


def _value_of_x(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> float:
    """One of the middle values of x."""
    return float(np.sort(earlier["x"])[dims["N"] // 2 - int(rng.integers(2))])


def _mixed(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """Labels of all classes, some more often than others."""
    extra = rng.integers(0, dims["C"], dims["N"] - dims["C"]) // 2
    return np.asarray(rng.permutation(np.concatenate([np.arange(dims["C"]), extra])))


def _stumps(rng: np.random.Generator, dims: Dims, earlier: Earlier) -> np.ndarray:
    """Stumps whose thresholds are values of X."""
    made = []
    for feature in rng.permutation(dims["D"])[:3]:
        threshold = np.sort(earlier["X"][:, feature])[dims["N"] // 2]
        made.append([feature, threshold, *rng.permutation(7)[:2]])
    return np.array(made)


LABELLED = ({"N": 17, "C": 3}, {"N": 23, "C": 4})
SPLITS = ({"N": 23, "D": 3, "C": 3}, {"N": 29, "D": 5, "C": 4})
# So many because one stump says little: two labels.
STUMPS = tuple({"N": N, "D": 3 + 2 * (N % 4 == 1), "C": 11} for N in (23, 25, 27, 29, 31, 37, 41, 43, 47))
SPLIT = {"x": normal("N"), "y": derived(_mixed), "threshold": _number(-0.5, 0.5)}
HOURS = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
FIRST_GAP = np.array([0, 1, 1, 1, 1, 1])
RESULTS = np.array([0, 0, 1, 0, 1, 1])

TREES = (
    Exercise(
        gini,
        title={"ko": "지니 불순도", "en": "The Gini impurity"},
        start=START["gini"],
        outputs=("impurity",),
        points={"impurity": 2},
        cases=(
            literal("half and half", {"y": np.array([0, 0, 1, 1])}, expect={"impurity": 0.5}),
            literal("three classes", {"y": np.array([0, 1, 2, 2])}, expect={"impurity": 0.625}),
            literal("gaps between the labels", {"y": np.array([3, 7, 7, 7])}, expect={"impurity": 0.375}),
            drawn("random", {"y": derived(_mixed)}, LABELLED),
        ),
    ),
    Exercise(
        split_gini,
        title={"ko": "분할한 뒤의 불순도", "en": "The impurity after a split"},
        start=START["split_gini"],
        outputs=("impurity",),
        points={"impurity": 2, "impurity@edge": 1},
        after=("gini",),
        cases=(
            literal(
                "one on the wrong side",
                {"x": HOURS, "y": RESULTS, "threshold": 2.5},
                expect={"impurity": 0.25},
            ),
            drawn("random", SPLIT, LABELLED),
            drawn("threshold on a value", SPLIT | {"threshold": derived(_value_of_x)}, LABELLED, group="edge"),
        ),
    ),
    Exercise(
        best_split,
        title={"ko": "가장 좋은 분할", "en": "The best split"},
        start=START["best_split"],
        outputs=("threshold", "impurity"),
        points={"threshold": 2, "impurity@repeats": 0},
        after=("split_gini",),
        scale={"threshold": lambda inputs: float(np.abs(inputs["x"]).max())},
        cases=(
            literal(
                "half and half",
                {"x": np.array([4.0, 1.0, 3.0, 2.0]), "y": np.array([1, 0, 1, 0])},
                expect={"threshold": 2.5, "impurity": 0.0},
            ),
            literal("first gap", {"x": HOURS, "y": FIRST_GAP}, expect={"threshold": 1.5, "impurity": 0.0}),
            literal("last gap", {"x": HOURS, "y": FIRST_GAP[::-1].copy()}, expect={"threshold": 5.5, "impurity": 0.0}),
            drawn("random", {"x": normal("N"), "y": derived(_split_labels)}, SPLITS),
            drawn(
                "repeated values",
                {"x": derived(_repeated), "y": derived(_tempting_labels)},
                SPLITS,
                group="repeats",
            ),
        ),
    ),
    Exercise(
        fit_stump,
        title={"ko": "결정 그루터기", "en": "A decision stump"},
        start=START["fit_stump"],
        outputs=("feature", "threshold", "left", "right"),
        after=("best_split",),
        scale={"threshold": lambda inputs: float(np.abs(inputs["X"]).max())},
        cases=(
            literal(
                "second feature",
                {
                    "X": np.array([[2.0, 4.0], [1.0, 1.0], [4.0, 3.0], [3.0, 2.0]]),
                    "y": np.array([1, 0, 1, 0]),
                },
                expect={"feature": 1, "threshold": 2.5, "left": 0, "right": 1},
            ),
            drawn(
                "random",
                {"X": normal("N", "D"), "y": derived(_stump_labels)},
                STUMPS,
            ),
        ),
    ),
    Exercise(
        stump_predict,
        title={"ko": "결정 그루터기의 답", "en": "What a stump answers"},
        start=START["stump_predict"],
        outputs=("labels",),
        points={"labels": 2},
        cases=(
            literal(
                "second feature",
                {"stumps": np.array([[1.0, 2.5, 0.0, 1.0]]), "X": np.array([[2.0, 4.0], [1.0, 1.0], [9.0, 2.5]])},
                expect={"labels": [[1, 0, 0]]},
            ),
            drawn("random", {"X": normal("N", "D"), "stumps": derived(_stumps)}, SPLITS),
        ),
    ),
)


# --- many trees -------------------------------------------------------------------------------------------------------

_DRAWS = 80


def _row_numbers(data: np.ndarray, sample: np.ndarray) -> np.ndarray:
    """Which row of the data each row of a sample is; −1 where it is none."""
    same = np.abs(sample[:, None] - data).max(axis=2) < 1e-5
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def bootstrap_sample(student: Any, X: Any, y: Any, seed: Any) -> Outputs:
    """One sample with its labels, and what 80 samples have in common."""
    rng = np.random.default_rng(seed)
    X_new, y_new = student.bootstrap_sample(X, y, rng)
    drawn_rows = min(len(X_new), len(y_new))  # too few of either show in the shape
    yield "pairs", np.column_stack([X_new[:drawn_rows], y_new[:drawn_rows]])
    draws = [_row_numbers(X, np.asarray(student.bootstrap_sample(X, y, rng)[0])) for _ in range(_DRAWS)]
    yield "different", np.array([len(np.unique(numbers)) for numbers in draws])
    yield "often", np.bincount(np.concatenate(draws) + 1, minlength=len(X) + 1)[1:]


def bagging_vote(student: Any, votes: Any) -> Outputs:
    """The label that most models chose."""
    yield "labels", student.bagging_vote(votes)


def _paired(actual: Any, _: Any, inputs: Mapping[str, Any]) -> bool:
    """Whether these are rows of X, each with its own label."""
    return bool((_row_numbers(np.column_stack([inputs["X"], inputs["y"]]), np.asarray(actual)) >= 0).all())


def _replaced(actual: Any, _: Any, inputs: Mapping[str, Any]) -> bool:
    """The mean share of different rows is 1 − (1 − 1/N)^N, about 0.63; six standard errors, 1e-9, to either side."""
    size = len(inputs["X"])
    hit = (1 - 1 / size) ** size
    both = (1 - 2 / size) ** size
    spread = np.sqrt(size * hit * (1 - hit) + size * (size - 1) * (both - hit**2))
    return bool(abs(np.mean(actual) - size * (1 - hit)) <= 6.1 * spread / np.sqrt(_DRAWS))


def _evenly(actual: Any, _: Any, inputs: Mapping[str, Any]) -> bool:
    """Every row is drawn about 80 times: χ² with N − 1 degrees of freedom, and its own mean and spread × 9."""
    freedom = len(inputs["X"]) - 1
    chi = float(np.sum((np.asarray(actual) - _DRAWS) ** 2) / _DRAWS)
    return int(np.sum(actual)) == _DRAWS * (freedom + 1) and abs(chi - freedom) <= 9 * np.sqrt(2 * freedom)


def _clear_votes(rng: np.random.Generator, dims: Dims, _: Earlier) -> np.ndarray:
    """Votes of T models on N rows; in every column one label is ahead."""
    kept: list[np.ndarray] = []
    while len(kept) < dims["N"]:
        column = rng.integers(0, dims["C"], dims["T"])
        if _most(column):
            kept.append(column)
    return np.array(kept).T


def _rule(holds: Callable[[Any, Any, Mapping[str, Any]], bool], en: str, ko: str) -> Property:
    return Property(holds, says={"en": en, "ko": ko})


MANY = (
    Exercise(
        bootstrap_sample,
        title={"ko": "부트스트랩 샘플", "en": "A bootstrap sample"},
        start=START["bootstrap_sample"],
        outputs=("pairs", "different", "often"),
        unhidden={
            "different": "the same counts are right for any inputs",
            "often": "the same counts are right for any inputs",
        },
        properties={
            "pairs": _rule(
                _paired,
                "every row must be a row of X together with its own label",
                "모든 행은 X의 행과 바로 그 행의 레이블이 짝을 이루어야 합니다",
            ),
            "different": _rule(
                _replaced,
                "over 80 samples, about 63 % of the rows must occur in a sample, as with replacement",
                "80번 뽑을 때 한 샘플에 나오는 서로 다른 행은 복원 추출처럼 평균 약 63%여야 합니다",
            ),
            "often": _rule(
                _evenly,
                "over 80 samples, every row must be drawn about equally often",
                "80번 뽑을 때 모든 행이 거의 같은 횟수로 나와야 합니다",
            ),
        },
        cases=(
            drawn(
                "random",
                {
                    "X": normal("N", "D"),
                    "y": uniform("N", low=5, high=9),
                    "seed": derived(lambda rng, dims, _: int(rng.integers(1 << 31))),
                },
                ({"N": 31, "D": 3}, {"N": 23, "D": 5}),
            ),
        ),
    ),
    Exercise(
        bagging_vote,
        title={"ko": "다수결", "en": "The vote"},
        start=START["bagging_vote"],
        outputs=("labels",),
        points={"labels": 2},
        cases=(
            literal(
                "three models",
                {"votes": np.array([[0, 1, 2, 1], [0, 1, 1, 2], [1, 0, 2, 2]])},
                expect={"labels": [0, 1, 2, 2]},
            ),
            drawn("random", {"votes": derived(_clear_votes)}, ({"T": 11, "N": 31, "C": 5}, {"T": 7, "N": 37, "C": 4})),
        ),
    ),
)

EXERCISES = (*LINES, *SEVERAL, *PROBABILITIES, *NEAREST, *TREES, *MANY)
